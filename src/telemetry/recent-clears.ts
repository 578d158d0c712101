import type { SpanContext } from "@medusajs/framework/opentelemetry/api"

const MAX_RECORDS = 1_000
/** Clears that travel together share a record. */
const MAX_SPANS_PER_RECORD = 8

/** Remembers spans of recent clears of this process, so that the misses that they cause can be linked to them. */
export class RecentClears {
  /** Spans by the record of the log that their clears are in, oldest first. */
  readonly #spans = new Map<string, SpanContext[]>()

  note(record: string, span: SpanContext): void {
    const spans = this.#spans.get(record) ?? []
    if (spans.length < MAX_SPANS_PER_RECORD) this.#spans.set(record, [...spans, span])
    const [oldest] = this.#spans.keys()
    if (oldest !== undefined && this.#spans.size > MAX_RECORDS) this.#spans.delete(oldest)
  }

  /** Returns the spans of the clears in a record. */
  of(record: string): readonly SpanContext[] {
    return this.#spans.get(record) ?? []
  }
}
