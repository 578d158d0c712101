import { CacheEngine } from "../../src/cache/engine"
import { hashOfTag } from "../../src/cache/support/hash"
import { NearCache } from "../../src/cache/near/near-cache"
import { DEFAULT_CACHE_OPTIONS } from "../../src/cache/options"
import { createParts } from "../../src/cache/parts"
import { PLAIN } from "../../testing/compression"
import type { BootSubject } from "./subject"

/** Small enough for a schedule of a few dozen calls to run into them. */
const SMALL_LOG = { maxInlineHashes: 4, maxRecordHashes: 24, maxPendingHashes: 40 }
/** For a handful of answers. */
const NEAR_BYTES = 32 * 1024
/** Too little for entries with much padding. */
const COPIES_BYTES = 12 * 1024
const SMALL_LOADS = { maxChain: 12, rememberMs: 20_000, maxRemembered: 2 }

/** The real engine, without what people are shown, in surroundings that the simulation controls. */
export const bootEngine: BootSubject = ({ servers, reach, runtime, limits }) => {
  const [first, ...others] = servers
  if (!first) throw new Error("there must be a server")
  const parts = createParts(
    {
      prefix: "sim",
      defaultTtlSeconds: 3600,
      ttlCapSeconds: 0,
      maxValueBytes: 1024 * 1024,
      lookupTimeoutMs: limits.lookupTimeoutMs,
      // zlib answers from a thread pool, in an order that no seed decides.
      compression: PLAIN.compression,
      memoryBytes: COPIES_BYTES,
      log: {
        inlineRecords: limits.inlineRecords,
        retentionSeconds: limits.retentionSeconds,
        maxCatchUp: limits.catchUpRecords,
        backlog: limits.backlogRecords,
        maxTags: limits.logTags,
        clearTimeoutMs: limits.clearTimeoutMs,
        recoveryGraceMs: limits.recoveryGraceMs,
        followIntervalMs: limits.followIntervalMs,
        readLagMs: 0,
        ...SMALL_LOG,
      },
      loads: SMALL_LOADS,
      index: { enabled: limits.tagIndex, retentionSeconds: 3600, maxBytes: 64 * 200 },
      statistics: { flushIntervalMs: 0 },
      identity: DEFAULT_CACHE_OPTIONS.identity,
      earlyRefresh: limits.earlyRefresh,
    },
    [first, ...others],
    runtime,
    reach
  )
  const cache = new CacheEngine(parts)
  const near = new NearCache(NEAR_BYTES)
  if (limits.followIntervalMs > 0) void cache.connect()
  return {
    get: (request) => cache.get(request),
    set: async (request) => (await cache.set(request)).stored,
    find: async (key) => {
      const found = await cache.answers.find(key, near)
      if (found.kind === "hit") return { text: found.payload.toString() }
      const store = async (text: string, tags: readonly string[]): Promise<boolean> => {
        const payload = Buffer.from(text)
        const input = { key, payload, rawBytes: payload.length, ttl: 3600, tags: [], parts: tags.map(hashOfTag) }
        return (await cache.answers.store(found.load, input)).stored
      }
      return { text: undefined, store }
    },
    clear: async (request) => (await cache.clear(request)).status,
    replaceServers: ([firstOfThem, ...rest]) => {
      if (firstOfThem) cache.replaceServers([firstOfThem, ...rest])
    },
    forgetServer: async (id) => (await cache.forgetServer(id)) === "forgotten",
    close: () => cache.close(),
    hasPending: () => cache.hasPending,
    isRecovering: () => cache.logStatus().distrustedSince !== undefined,
    excesses: () =>
      cache.logStatus().tagCount > limits.logTags
        ? [`remembers ${cache.logStatus().tagCount} tags of ${limits.logTags}`]
        : [],
  }
}
