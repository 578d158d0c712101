import type { Attributes } from "@medusajs/framework/opentelemetry/api"
import type { Cache, ClearInput, ClearOutcome, GetInput, LookupOutcome, SetInput, SetOutcome } from "../cache"
import { CLEAR_KIND, CLEAR_TARGET, peerOf, TAG_COUNT } from "./attributes"
import type { Observation } from "./observation"
import { ofClear, ofLookup, ofTagLookup } from "./outcome"

/** The methods of a cache that Medusa calls. */
export type CacheCalls = Pick<Cache, "get" | "set" | "clear">

/**
 * A cache that reports its calls to OpenTelemetry. Each call reaches the cache unchanged, in its synchronous part and
 * in the caller's own asynchronous context, because the engine uses both to find the lookup that a set belongs to. So
 * the span is started, but not made active.
 */
export class ObservedCache implements CacheCalls {
  readonly #cache: CacheCalls
  readonly #observation: Observation

  constructor(cache: CacheCalls, observation: Observation) {
    this.#cache = cache
    this.#observation = observation
  }

  get(input: GetInput): Promise<unknown> {
    const { key, tags } = input
    const server = this.#observation.serverOf(key)
    const operation = this.#observation.begin("get", server, key ? {} : { [TAG_COUNT]: tags?.length ?? 0 })
    let outcome: LookupOutcome | undefined
    const found = this.#cache.get(input, (told) => {
      outcome = told
      if (told.kind === "miss" && key) this.#observation.linkCause(operation, key, told.reason)
    })
    void found.then((data) => operation.end(outcome ? ofLookup(outcome) : ofTagLookup(data), peerOf(server)))
    return found
  }

  set(input: SetInput): Promise<SetOutcome> {
    const server = this.#observation.serverOf(input.key)
    const operation = this.#observation.begin("set", server, { [TAG_COUNT]: input.tags?.length ?? 0 })
    const stored = this.#cache.set(input)
    void stored.then((outcome) => operation.endSet(outcome, peerOf(server)))
    return stored
  }

  clear(input: ClearInput): Promise<ClearOutcome> {
    // Clears go to all servers.
    const server = this.#observation.serverOf()
    const operation = this.#observation.begin("clear", server, targetOf(input))
    const cleared = this.#cache.clear(input)
    void cleared.then((outcome) => {
      if (outcome.status === "applied") this.#observation.remember(operation, input)
      operation.end(ofClear(outcome), peerOf(server))
    })
    return cleared
  }
}

function targetOf({ key, tags = [], options }: ClearInput): Attributes {
  if (key) return { [CLEAR_TARGET]: "key", [CLEAR_KIND]: "explicit" }
  if (tags.includes("*")) return { [CLEAR_TARGET]: "everything", [CLEAR_KIND]: "explicit" }
  const kind = options?.autoInvalidate === true ? "automatic" : "explicit"
  return { [CLEAR_TARGET]: "tags", [CLEAR_KIND]: kind, [TAG_COUNT]: tags.length }
}
