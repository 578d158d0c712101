import { createFormat, intlLocale } from "../format"

const english = createFormat("en")
const NOW = Date.UTC(2026, 0, 1, 12)

describe("intlLocale", () => {
  it("reads the dashboard's own names of languages, on which Intl throws", () => {
    expect(() => new Intl.NumberFormat("ptBR")).toThrow(RangeError)
    expect(["ptBR", "zhCN", "enGB", "faIR", "de"].map(intlLocale)).toEqual(["pt-BR", "zh-CN", "en-GB", "fa-IR", "de"])
  })

  it("falls back to English on what is no language", () => {
    expect(intlLocale("no language")).toBe("en")
  })
})

describe("numbers", () => {
  it("shows a share, and nothing where there is none", () => {
    expect(english.percent(0.917)).toBe("91.7%")
    expect(english.percent(null)).toBe("–")
    expect(english.percent(0)).toBe("0%")
  })

  it("says 100 % only when there was no miss", () => {
    expect(english.percent(1)).toBe("100%")
    expect(english.percent(0.99999)).toBe("99.9%")
    expect(english.percent(3_899 / 3_905)).toBe("99.8%")
    expect([0.29, 0.57, 0.001].map((ratio) => english.percent(ratio))).toEqual(["29%", "57%", "0.1%"])
  })

  it("shortens what would not fit", () => {
    expect([english.count(99_999), english.count(1_234_567)]).toEqual(["99,999", "1.2M"])
    expect([0, 250, 20_000, 2_500_000].map(english.short)).toEqual(["0", "250", "20K", "2.5M"])
  })

  it("says of an estimate that it is one, and does not call an unknown one 0", () => {
    expect([0, 0.4, 350].map(english.estimate)).toEqual(["–", "≈ <1 ms", "≈ 350 ms"])
  })

  it("gives a change its sign", () => {
    expect([english.points(0.021), english.points(-0.5), english.points(0)]).toEqual(["+2.1", "-50", "0"])
  })

  it("uses the words of the language", () => {
    expect(createFormat("de").percent(0.5)).toBe("50\u00a0%")
  })
})

describe("sizes", () => {
  it.each([
    [0, "0 bytes"],
    [1, "1 byte"],
    [1_023, "1,023 bytes"],
    [1_024, "1 kB"],
    [36_700, "36 kB"],
    [1_048_400, "1 MB"],
    [5_000 * 1_024 ** 4, "5,000 TB"],
    [5 * 1_024 ** 2 + 500_000, "5.5 MB"],
    [64 * 1_024 ** 2, "64 MB"],
  ])("of %d bytes is %s", (bytes, expected) => expect(english.bytes(bytes)).toBe(expected))
})

describe("durations", () => {
  it.each([
    [0.4, "<1 ms"],
    [0, "0 ms"],
    [412.4, "412 ms"],
    [1_250, "1.3s"],
    [59_960, "1m"],
    [65_000, "1m 5s"],
    [3_599_900, "1h"],
    [3 * 3_600_000 + 12 * 60_000, "3h 12m"],
    [50 * 3_600_000, "2d 2h"],
    [-5, "0 ms"],
  ])("of %d ms is %s", (durationMs, expected) => expect(english.duration(durationMs)).toBe(expected))

  it("have the space of a language before every number of milliseconds", () => {
    const german = createFormat("de")
    expect([0.4, 1, 2].map((durationMs) => german.duration(durationMs))).toEqual(["<1 ms", "1 ms", "2 ms"])
  })
})

describe("times", () => {
  it.each([
    [NOW - 12_000, "12 seconds ago"],
    [NOW - 90_000, "1 minute ago"],
    [NOW - 26 * 3_600_000, "yesterday"],
    [NOW + 2 * 3_600_000, "in 2 hours"],
    [NOW + 300, "now"],
  ])("%d is %s", (time, expected) => expect(english.relative(time, NOW)).toBe(expected))

  it("that have passed are never in the future, whatever this clock says", () => {
    expect([NOW - 12_000, NOW + 900_000].map((time) => english.ago(time, NOW))).toEqual(["12 seconds ago", "now"])
  })

  it("are read from text too", () => {
    expect(english.relative(new Date(NOW - 60_000).toISOString(), NOW)).toBe("1 minute ago")
  })
})
