import type { Attributes, Meter, Tracer } from "@medusajs/framework/opentelemetry/api"
import type { Cache, ClearInput, ClearOutcome, GetInput, LookupOutcome, SetInput, SetOutcome } from "../cache"
import { CLEAR_KIND, CLEAR_TARGET, peerOf, placeOf, TAG_COUNT } from "./attributes"
import { type Instruments, Operation } from "./operation"
import { ofClear, ofLookup, ofStore, ofTagLookup } from "./outcome"
import { RecentClears } from "./recent-clears"

/** The methods of a cache that Medusa calls. */
export type CacheCalls = Pick<Cache, "get" | "set" | "clear">

/**
 * Histogram boundaries in seconds: those of the conventions, and finer ones, because a hit takes less than a
 * millisecond.
 */
const BOUNDARIES = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 10]

/** Boundaries of what loads take, in seconds. */
const BUILD_BOUNDARIES = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

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
  readonly #clears = new RecentClears()

  constructor(cache: Cache, { tracer, meter }: { tracer: Tracer | undefined; meter: Meter | undefined }) {
    this.#cache = cache
    const durations = meter?.createHistogram("db.client.operation.duration", {
      unit: "s",
      description: "Duration of lookups, sets and clears",
      advice: { explicitBucketBoundaries: BOUNDARIES },
    })
    const builds = meter?.createHistogram("cache.build.duration", {
      unit: "s",
      description: "Time to compute the data of stored entries",
      advice: { explicitBucketBoundaries: BUILD_BOUNDARIES },
    })
    this.#instruments = { tracer, durations, builds }
    for (const { id } of cache.servers) this.#places.set(id, placeOf(cache.options.prefix, id))
  }

  get(input: GetInput): Promise<unknown> {
    const { key, tags } = input
    const server = this.#serverOf(key)
    const operation = this.#begin("get", server, key ? {} : { [TAG_COUNT]: tags?.length ?? 0 })
    let outcome: LookupOutcome | undefined
    const found = this.#cache.get(input, (told) => {
      outcome = told
      const isCleared = told.kind === "miss" && (told.reason === "cleared" || told.reason === "absent")
      if (isCleared && key) this.#linkCause(operation, key)
    })
    void found.then((data) => operation.end(outcome ? ofLookup(outcome) : ofTagLookup(data), peerOf(server)))
    return found
  }

  set(input: SetInput): Promise<SetOutcome> {
    const server = this.#serverOf(input.key)
    const operation = this.#begin("set", server, { [TAG_COUNT]: input.tags?.length ?? 0 })
    const stored = this.#cache.set(input)
    void stored.then((outcome) => {
      operation.end(ofStore(outcome), peerOf(server))
      if (outcome.stored && outcome.loadMicros > 0) operation.recordBuild(outcome.loadMicros)
    })
    return stored
  }

  clear(input: ClearInput): Promise<ClearOutcome> {
    // Clears go to the log, which is on the first server.
    const server = this.#serverOf()
    const operation = this.#begin("clear", server, targetOf(input))
    const cleared = this.#cache.clear(input)
    void cleared.then((outcome) => {
      if (outcome.status === "applied") this.#remember(operation, input)
      operation.end(ofClear(outcome), peerOf(server))
    })
    return cleared
  }

  #serverOf(key?: string): Cache["servers"][number] {
    return key ? this.#cache.serverOf(key) : this.#cache.servers[0]
  }

  #begin(name: "get" | "set" | "clear", { id }: { readonly id: string }, details: Attributes): Operation {
    return new Operation(this.#instruments, name, this.#places.get(id) ?? {}, details)
  }

  #remember(operation: Operation, input: ClearInput): void {
    const record = this.#cache.insight.recordOfClear(input)
    const { context } = operation
    if (record !== undefined && context) this.#clears.note(record, context)
  }

  /** Links a miss to the clear that caused it, if that was made in this process. */
  #linkCause(operation: Operation, key: string): void {
    const record = this.#cache.insight.recordOfMiss(key)
    if (record !== undefined) operation.link(this.#clears.of(record))
  }
}

function targetOf({ key, tags = [], options }: ClearInput): Attributes {
  if (key) return { [CLEAR_TARGET]: "key", [CLEAR_KIND]: "explicit" }
  if (tags.includes("*")) return { [CLEAR_TARGET]: "everything", [CLEAR_KIND]: "explicit" }
  const kind = options?.autoInvalidate === true ? "automatic" : "explicit"
  return { [CLEAR_TARGET]: "tags", [CLEAR_KIND]: kind, [TAG_COUNT]: tags.length }
}
