import type { Cache, ClearAuthor, ClearOutcome } from "../../cache"
import type { NamedTargets } from "./targets"

const EVERYTHING = "*"

/**
 * Clears all targets with one call, which makes one line of the clear history. Never rejects: a clear that cannot be
 * delivered is pending.
 */
export async function clearTargets(
  cache: Pick<Cache, "clear">,
  { tags, keys, all }: NamedTargets,
  autoInvalidateOnly: boolean,
  author: ClearAuthor
): Promise<ClearOutcome> {
  const options = autoInvalidateOnly ? { options: { autoInvalidate: true } } : {}
  return cache.clear(all ? { tags: [EVERYTHING] } : { tags, keys, ...options }, author)
}

/**
 * Estimates how many entries a clear voids: those that a lookup would serve now, with one of the keys or of the first
 * 200 tags. Resolves with null for everything, or when they cannot be counted.
 */
export async function countEntries(
  { insight }: Pick<Cache, "insight">,
  { tags, keys, all }: NamedTargets
): Promise<number | null> {
  return all ? null : ((await insight.entries.ofAny(tags, keys)) ?? null)
}

export interface Undelivered {
  /** The servers that it has not been delivered to. */
  readonly servers: readonly string[]
  /** Whether there is no other server. */
  readonly isOnly: boolean
  /** For example "3 targets". */
  readonly what: string
  readonly maxTtlSeconds: number
}

/** Explains what it means that a clear is pending. */
export function pendingMessage({ servers, isOnly, what, maxTtlSeconds }: Undelivered): string {
  const where = servers.join(", ")
  const until = maxTtlSeconds === 0 ? "until they expire" : `for ${maxTtlSeconds} seconds at most`
  const served = isOnly
    ? "this process serves nothing from the cache, and processes that reach Memcached may still serve the cleared entries"
    : `nothing is served from ${where}. Only processes that reach no other server may still serve the cleared entries`
  return (
    `${where} could not be reached for ${what}. The clear is kept and delivered when the server answers again. Until then, ` +
    `${served}, ${until}.`
  )
}

/**
 * Returns until when other processes may serve what a pending clear names. No entry lives longer than the option
 * `maxTtl`, so that is the bound even if the process ends before it can deliver the clear. Returns null without the
 * option.
 */
export const staleUntilMs = (maxTtlSeconds: number, nowMs: number): number | null =>
  maxTtlSeconds === 0 ? null : nowMs + maxTtlSeconds * 1000

/** Formats a number of targets for messages. */
export const inWords = (targets: number): string => `${targets} ${targets === 1 ? "target" : "targets"}`
