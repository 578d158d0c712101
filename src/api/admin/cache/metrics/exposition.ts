/** The content type of Prometheus' text format, which all of its versions read. */
export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

/** A metric with its samples. */
export interface Family {
  readonly name: string
  readonly type: "counter" | "gauge" | "summary"
  /** What it measures, in one sentence. */
  readonly help: string
  readonly samples: readonly Sample[]
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  /** A summary has two samples: the sum and the count of what was observed. */
  readonly suffix?: "_sum" | "_count"
}

/**
 * Writes metrics in Prometheus' text format 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format). Families without samples are left
 * out. Names must be valid; help texts and label values may have any characters.
 */
export const expositionOf = (families: readonly Family[]): string =>
  families
    .filter(({ samples }) => samples.length > 0)
    .flatMap(linesOf)
    .map((line) => `${line}\n`)
    .join("")

const linesOf = ({ name, type, help, samples }: Family): string[] => [
  `# HELP ${name} ${escaped(help)}`,
  `# TYPE ${name} ${type}`,
  ...samples.map(({ labels, value, suffix = "" }) => `${name}${suffix}${labelsOf(labels)} ${value}`),
]

function labelsOf(labels: Sample["labels"]): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value).replaceAll('"', '\\"')}"`)
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`
}

const escaped = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")
