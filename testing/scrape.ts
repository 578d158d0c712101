import parsePrometheusTextFormat from "parse-prometheus-text-format"

interface Series {
  readonly type: string
  readonly help: string
  readonly value: number
}

/** Metrics as Prometheus would read them. */
export class Scrape {
  /** By name and labels. */
  readonly series = new Map<string, Series>()
  readonly families: readonly { readonly name: string; readonly type: string; readonly help: string }[]

  constructor(text: string) {
    this.families = parsePrometheusTextFormat(text)
    for (const { name, type, help, metrics } of parsePrometheusTextFormat(text)) {
      for (const { labels = {}, value, sum, count } of metrics) {
        for (const [suffix, figure] of Object.entries({ "": value, _sum: sum, _count: count })) {
          if (figure === undefined) continue
          const key = keyOf(name + suffix, labels)
          if (this.series.has(key)) throw new Error(`Twice: ${key}`)
          this.series.set(key, { type, help, value: Number(figure) })
        }
      }
    }
  }

  /** The value of one series; undefined when there is none. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
    return this.series.get(keyOf(name, labels))?.value
  }

  /** Names of all series, without labels. */
  get names(): ReadonlySet<string> {
    return new Set([...this.series.keys()].map((key) => key.replace(/\{.*/s, "")))
  }

  /** Values of counters and summaries, which must not go down, by series. */
  get monotonic(): ReadonlyMap<string, number> {
    const counters = [...this.series].filter(([, { type }]) => type !== "GAUGE")
    return new Map(counters.map(([key, { value }]) => [key, value]))
  }
}

const keyOf = (name: string, labels: Readonly<Record<string, string>>): string =>
  `${name}{${JSON.stringify(Object.entries(labels).sort())}}`
