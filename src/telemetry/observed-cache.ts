import type { Attributes, Meter, Tracer } from "@medusajs/framework/opentelemetry/api"
import type { Cache, ClearInput, ClearOutcome, GetInput, LookupOutcome, SetInput, SetOutcome } from "../cache"
import { CLEAR_KIND, CLEAR_TARGET, placeOf, TAG_COUNT } from "./attributes"
import { type Instruments, Operation } from "./operation"
import { ofClear, ofLookup, ofStore, ofTagLookup } from "./outcome"

/** The methods of a cache that Medusa calls. */
export type CacheCalls = Pick<Cache, "get" | "set" | "clear">

/**
 * Histogram boundaries in seconds: those of the conventions, and finer ones, because a hit takes less than a
 * millisecond.
 */
const BOUNDARIES = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5]

/**
 * A cache that reports its calls to OpenTelemetry. Each call reaches the cache unchanged, in its synchronous part and
 * in the caller's own asynchronous context, because the engine uses both to find the lookup that a set belongs to. So
 * the span is started, but not made active.
 */
export class ObservedCache implements CacheCalls {
  readonly #cache: Cache
  readonly #instruments: Instruments
  /** Attributes by the id of the server. */
  readonly #places = new Map<string, Attributes>()

  constructor(cache: Cache, { tracer, meter }: { tracer: Tracer | undefined; meter: Meter | undefined }) {
    this.#cache = cache
    const durations = meter?.createHistogram("db.client.operation.duration", {
      unit: "s",
      description: "Duration of lookups, sets and clears",
      advice: { explicitBucketBoundaries: BOUNDARIES },
    })
    this.#instruments = { tracer, durations }
    for (const { id } of cache.servers) this.#places.set(id, placeOf(cache.options.prefix, id))
  }

  get(input: GetInput): Promise<unknown> {
    const operation = this.#begin("get", input.key, input.key ? {} : { [TAG_COUNT]: input.tags?.length ?? 0 })
    let outcome: LookupOutcome | undefined
    const found = this.#cache.get(input, (told) => (outcome = told))
    void found.then((data) => operation.end(outcome ? ofLookup(outcome) : ofTagLookup(data)))
    return found
  }

  set(input: SetInput): Promise<SetOutcome> {
    const operation = this.#begin("set", input.key, { [TAG_COUNT]: input.tags?.length ?? 0 })
    const stored = this.#cache.set(input)
    void stored.then((outcome) => operation.end(ofStore(outcome)))
    return stored
  }

  clear(input: ClearInput): Promise<ClearOutcome> {
    // Clears go to the log, which is on the first server.
    const operation = this.#begin("clear", undefined, targetOf(input))
    const cleared = this.#cache.clear(input)
    void cleared.then((outcome) => operation.end(ofClear(outcome)))
    return cleared
  }

  #begin(name: "get" | "set" | "clear", key: string | undefined, details: Attributes): Operation {
    const server = key ? this.#cache.serverOf(key) : this.#cache.servers[0]
    return new Operation(this.#instruments, name, this.#places.get(server.id) ?? {}, details)
  }
}

function targetOf({ key, tags = [], options }: ClearInput): Attributes {
  if (key) return { [CLEAR_TARGET]: "key", [CLEAR_KIND]: "explicit" }
  if (tags.includes("*")) return { [CLEAR_TARGET]: "everything", [CLEAR_KIND]: "explicit" }
  const kind = options?.autoInvalidate === true ? "automatic" : "explicit"
  return { [CLEAR_TARGET]: "tags", [CLEAR_KIND]: kind, [TAG_COUNT]: tags.length }
}
