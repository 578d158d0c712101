/** What this process knows of one route. */
export interface RouteReport {
  /** `/store/products/[id]`: the type of its responses' tags. */
  readonly route: string
  readonly ttlSeconds: number
  /** Requests that were neither looked up nor stored: of customers, for example. */
  readonly bypassed: number
  /** Why responses were not stored, in English, most frequent first. */
  readonly notStored: readonly { readonly reason: string; readonly count: number }[]
}

/** More would be no reasons but something that differs from request to request. */
const MAX_REASONS = 10

const OTHER = "other reasons"

/** Counts what has become of the requests to one route that were not answered from the cache. */
export class RouteCounts {
  readonly #reasons = new Map<string, number>()
  bypassed = 0

  /** Notes that a response was not stored. Returns whether it is the first one for this reason. */
  refused(reason: string): boolean {
    const known = this.#reasons.get(reason)
    const name = known !== undefined || this.#reasons.size < MAX_REASONS ? reason : OTHER
    this.#reasons.set(name, (this.#reasons.get(name) ?? 0) + 1)
    return known === undefined && name === reason
  }

  get notStored(): RouteReport["notStored"] {
    return [...this.#reasons].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count)
  }
}
