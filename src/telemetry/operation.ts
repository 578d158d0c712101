import {
  type Attributes,
  type Histogram,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type Tracer,
} from "@medusajs/framework/opentelemetry/api"
import type { SetOutcome } from "../cache"
import { ERROR_TYPE, NAMESPACE, OPERATION, OUTCOME } from "./attributes"
import { ofStore, type Outcome } from "./outcome"

export interface Instruments {
  readonly tracer: Tracer | undefined
  readonly durations: Histogram | undefined
  /** What loads took. */
  readonly builds: Histogram | undefined
}

/**
 * A running call: a span below the active one, and its duration. A span processor of the shop may throw, which must not
 * fail a call of the cache.
 */
export class Operation {
  readonly #instruments: Instruments
  readonly #attributes: Attributes
  readonly #span: Span | undefined
  readonly #startedAt = performance.now()

  /** `place` is also in the metrics; `details` are in the span only. */
  constructor(instruments: Instruments, name: "get" | "set" | "clear", place: Attributes, details: Attributes) {
    this.#instruments = instruments
    this.#attributes = { ...place, [OPERATION]: name }
    this.#span = guarded(() =>
      instruments.tracer?.startSpan(`${name} ${String(place[NAMESPACE])}`, {
        kind: SpanKind.CLIENT,
        attributes: { ...this.#attributes, ...details },
      })
    )
  }

  /** The span, for links to it. */
  get context(): SpanContext | undefined {
    return guarded(() => this.#span?.spanContext())
  }

  /** Links the span to others that caused its outcome. */
  link(causes: readonly SpanContext[]): void {
    guarded(() => this.#span?.addLinks(causes.map((context) => ({ context }))))
  }

  /** `peer` is the other end of the connection, which is known once there was an answer. */
  end({ attributes, errorType }: Outcome, peer: Attributes = {}): void {
    const error = errorType === undefined ? {} : { [ERROR_TYPE]: errorType }
    guarded(() => {
      this.#span?.setAttributes({ ...attributes, ...peer, ...error })
      if (errorType !== undefined) this.#span?.setStatus({ code: SpanStatusCode.ERROR, message: errorType })
      this.#span?.end()
    })
    // Seconds, as the conventions require.
    const seconds = (performance.now() - this.#startedAt) / 1000
    guarded(() =>
      this.#instruments.durations?.record(seconds, { ...this.#attributes, [OUTCOME]: attributes[OUTCOME], ...error })
    )
  }

  /** Ends a set, and records what the load took if it was stored. */
  endSet(outcome: SetOutcome, peer: Attributes): void {
    this.end(ofStore(outcome), peer)
    if (outcome.stored && outcome.loadMicros > 0) this.recordBuild(outcome.loadMicros)
  }

  /** Records what the load of a stored entry took. */
  recordBuild(micros: number): void {
    guarded(() =>
      this.#instruments.builds?.record(micros / 1_000_000, { [NAMESPACE]: this.#attributes[NAMESPACE] ?? "" })
    )
  }
}

function guarded<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
