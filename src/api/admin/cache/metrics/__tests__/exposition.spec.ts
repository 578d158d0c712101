import fc from "fast-check"
import { Scrape } from "../../../../../../testing/scrape"
import { expositionOf, type Family } from "../exposition"

const family = (given: Partial<Family> = {}): Family => ({
  name: "lookups_total",
  type: "counter",
  help: "Lookups.",
  samples: [{ labels: {}, value: 1 }],
  ...given,
})

describe("an exposition", () => {
  it("has one HELP and one TYPE for each family, before its samples", () => {
    const samples = [
      { labels: { result: "hit", provider: "a" }, value: 3 },
      { labels: { result: "miss", provider: "a" }, value: 0.25 },
    ]

    expect(expositionOf([family({ samples }), family({ name: "items", type: "gauge", help: "Items." })])).toBe(
      [
        "# HELP lookups_total Lookups.",
        "# TYPE lookups_total counter",
        'lookups_total{result="hit",provider="a"} 3',
        'lookups_total{result="miss",provider="a"} 0.25',
        "# HELP items Items.",
        "# TYPE items gauge",
        "items 1",
        "",
      ].join("\n")
    )
  })

  it("has the sum and the count of a summary under their own names", () => {
    const samples = [
      { labels: {}, value: 1.5, suffix: "_sum" },
      { labels: {}, value: 2, suffix: "_count" },
    ] as const

    expect(expositionOf([family({ name: "build_seconds", type: "summary", samples })])).toMatch(
      /^build_seconds_sum 1\.5\nbuild_seconds_count 2\n$/m
    )
  })

  it("leaves out families without samples, and is empty without families", () => {
    expect(expositionOf([family({ samples: [] })])).toBe("")
    expect(expositionOf([])).toBe("")
  })

  it("escapes what would end a help text or a label value", () => {
    const text = expositionOf([
      family({ help: 'a\\b\nc"', samples: [{ labels: { entity: 'a\\b\n"c"} 9' }, value: 1 }] }),
    ])

    expect(text).toContain('# HELP lookups_total a\\\\b\\nc"\n')
    expect(text).toContain('lookups_total{entity="a\\\\b\\n\\"c\\"} 9"} 1\n')
  })

  it("is read by a parser as it was meant, whatever a label has in it", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: "grapheme", maxLength: 20 }), { minLength: 1, maxLength: 5 }),
        (entities) => {
          const scrape = new Scrape(
            expositionOf([family({ samples: entities.map((entity, value) => ({ labels: { entity }, value })) })])
          )
          entities.forEach((entity, value) => expect(scrape.value("lookups_total", { entity })).toBe(value))
        }
      )
    )
  })
})
