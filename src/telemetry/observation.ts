import type { Attributes, Meter, Tracer } from "@medusajs/framework/opentelemetry/api"
import type { Cache, ClearInput, MissReason } from "../cache"
import { placeOf } from "./attributes"
import { type Instruments, Operation } from "./operation"
import { RecentClears } from "./recent-clears"

/**
 * Histogram boundaries in seconds: those of the conventions, and finer ones, because a hit takes less than a
 * millisecond.
 */
const BOUNDARIES = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 10]

/** Boundaries of what loads take, in seconds. */
const BUILD_BOUNDARIES = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** What is told of one cache, of its entries as well as of its answers. */
export class Observation {
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
  }

  /** Returns the server of a key, or the first one where there is no single key. */
  serverOf(key?: string): Cache["servers"][number] {
    return key ? this.#cache.serverOf(key) : this.#cache.servers[0]
  }

  begin(name: "get" | "set" | "clear", { id }: { readonly id: string }, details: Attributes): Operation {
    return new Operation(this.#instruments, name, this.#placeOf(id), details)
  }

  /** Remembers a clear that was applied, for the misses that it causes. */
  remember(operation: Operation, input: ClearInput): void {
    const record = this.#cache.insight.recordOfClear(input)
    const { context } = operation
    if (record !== undefined && context) this.#clears.note(record, context)
  }

  /** Links a miss to the clear that caused it, if that was made in this process. */
  linkCause(operation: Operation, key: string, reason: MissReason): void {
    if (reason !== "cleared" && reason !== "absent") return
    const record = this.#cache.insight.recordOfMiss(key)
    if (record !== undefined) operation.link(this.#clears.of(record))
  }

  #placeOf(serverId: string): Attributes {
    const place = this.#places.get(serverId) ?? placeOf(this.#cache.options.prefix, serverId)
    this.#places.set(serverId, place)
    return place
  }
}
