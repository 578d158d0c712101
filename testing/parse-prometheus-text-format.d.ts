declare module "parse-prometheus-text-format" {
  /** A sample; a summary's has a sum and a count in place of a value. */
  interface ParsedSample {
    readonly labels?: Readonly<Record<string, string>>
    readonly value?: string
    readonly sum?: string
    readonly count?: string
  }

  interface ParsedFamily {
    readonly name: string
    readonly help: string
    readonly type: string
    readonly metrics: readonly ParsedSample[]
  }

  export default function parsePrometheusTextFormat(text: string): ParsedFamily[]
}
