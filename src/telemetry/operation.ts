import {
  type Attributes,
  type Histogram,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
} from "@medusajs/framework/opentelemetry/api"
import { ERROR_TYPE, NAMESPACE, OPERATION, OUTCOME } from "./attributes"
import type { Outcome } from "./outcome"

export interface Instruments {
  readonly tracer: Tracer | undefined
  readonly durations: Histogram | undefined
}

/**
 * One call while it runs: a span below the one that is active, and the time that it takes. A span processor of the shop
 * may throw; no call of the cache fails by that.
 */
export class Operation {
  readonly #instruments: Instruments
  readonly #attributes: Attributes
  readonly #span: Span | undefined
  readonly #startedAt = performance.now()

  /** `place` is in the metrics, too; `details` are in the span only. */
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

  end({ attributes, errorType }: Outcome): void {
    const error = errorType === undefined ? {} : { [ERROR_TYPE]: errorType }
    guarded(() => {
      this.#span?.setAttributes({ ...attributes, ...error })
      if (errorType !== undefined) this.#span?.setStatus({ code: SpanStatusCode.ERROR, message: errorType })
      this.#span?.end()
    })
    // In seconds, as the conventions want it.
    const seconds = (performance.now() - this.#startedAt) / 1000
    guarded(() =>
      this.#instruments.durations?.record(seconds, { ...this.#attributes, [OUTCOME]: attributes[OUTCOME], ...error })
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
