import type { Cache, ClearAuthor, ClearOutcome } from "../../cache"
import type { NamedTargets } from "./targets"

const EVERYTHING = "*"

/** Clears all of it with one call, which is one line of the history. Never rejects: what could not be delivered is pending. */
export async function clearTargets(
  cache: Pick<Cache, "clear">,
  { tags, keys, all }: NamedTargets,
  autoInvalidateOnly: boolean,
  author: ClearAuthor
): Promise<ClearOutcome["status"]> {
  const options = autoInvalidateOnly ? { options: { autoInvalidate: true } } : {}
  const { status } = await cache.clear(all ? { tags: [EVERYTHING] } : { tags, keys, ...options }, author)
  return status
}

/**
 * About how many entries a clear makes void: those that a lookup would serve now, with one of the keys or of the first 200
 * tags. null: everything, or it cannot be counted.
 */
export async function countEntries(
  { insight }: Pick<Cache, "insight">,
  { tags, keys, all }: NamedTargets
): Promise<number | null> {
  return all ? null : ((await insight.entries.ofAny(tags, keys)) ?? null)
}

interface Undelivered {
  /** The server that holds the log. */
  readonly server: string
  /** "3 targets" */
  readonly what: string
  readonly maxTtlSeconds: number
}

/** What it means that a clear is pending. */
export const pendingMessage = ({ server, what, maxTtlSeconds }: Undelivered): string =>
  `${server} could not be reached for ${what}. The clear is kept and delivered when the server answers again. Until then, ` +
  "this process serves nothing from the cache, and processes that reach Memcached may still serve the cleared entries, " +
  (maxTtlSeconds === 0 ? "until they expire." : `for ${maxTtlSeconds} seconds at most.`)

/**
 * Until when other processes may serve what a pending clear names. No entry lives longer than the option `maxTtl`, so that
 * this is the bound even if the process ends before it could deliver the clear. null: without the option there is none.
 */
export const staleUntilMs = (maxTtlSeconds: number, nowMs: number): number | null =>
  maxTtlSeconds === 0 ? null : nowMs + maxTtlSeconds * 1000

/** In messages. */
export const inWords = (targets: number): string => `${targets} ${targets === 1 ? "target" : "targets"}`
