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

/** The list of keys of a tag may have 64 KB. */
export const MAX_COUNTED = 200

/**
 * How many entries are known to carry the first 200 tags, or to be stored under the first 200 keys: by the tag index, which
 * may miss some and list dead ones, and by looking at the keys. null: everything, or the index is off or cannot be read.
 */
export async function countEntries(
  cache: Pick<Cache, "insight">,
  { tags, keys, all }: NamedTargets
): Promise<number | null> {
  if (all) return null
  const [indexed, reports] = await Promise.all([
    tags.length > 0 ? carriersOf(cache, tags.slice(0, MAX_COUNTED)) : [],
    cache.insight.inspector.inspectAll(keys.slice(0, MAX_COUNTED)),
  ])
  if (indexed === undefined || reports.some(({ state }) => state === "unreachable")) return null
  const present = reports.filter(({ state }) => state !== "absent").map(({ key }) => key)
  return new Set([...indexed, ...present]).size
}

async function carriersOf(cache: Pick<Cache, "insight">, tags: string[]): Promise<string[] | undefined> {
  const counts = await cache.insight.tags.countEntries(tags)
  return counts && cache.insight.tags.keysOf(tags)
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
  `${server} could not be told of ${what}. The clear is kept, and delivered when it answers again; until then this process ` +
  "serves nothing from the cache, and others that reach Memcached may serve what was cleared, " +
  (maxTtlSeconds === 0 ? "until it expires." : `for ${maxTtlSeconds} seconds at most.`)

/**
 * Until when other processes may serve what a pending clear names. No entry lives longer than the option `maxTtl`, so that
 * this is the bound even if the process ends before it could deliver the clear. null: without the option there is none.
 */
export const staleUntilMs = (maxTtlSeconds: number, nowMs: number): number | null =>
  maxTtlSeconds === 0 ? null : nowMs + maxTtlSeconds * 1000

/** In messages. */
export const inWords = (targets: number): string => `${targets} ${targets === 1 ? "target" : "targets"}`
