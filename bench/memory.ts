import { setTimeout as delay } from "node:timers/promises"
import { startMemcached } from "../tools/services/memcached"
import { startRedis } from "../tools/services/redis"
import type { Cache } from "./cases/bench-case"
import { load } from "./cases/load"
import { productList, type Sample, smallEntry } from "./catalogue"
import { openMemcachedProvider } from "./contenders/memcached-provider"
import { openRedisProvider } from "./contenders/redis-provider"
import { memcachedStatistics, redisMemoryBytes } from "./server-statistics"

export const MEMORY_USAGE = "npm run bench -- --memory                      what an entry takes in the server's memory"

/** Longer than either provider takes for its writes in the background. */
const AFTERMATH_MS = 7_000

interface Kind {
  readonly title: string
  readonly count: number
  readonly sampleOf: (i: number) => Sample
}

const LISTS = 200
const KINDS: readonly Kind[] = [
  { title: "list, 400 KB, 1,000 tags, each with other products", count: LISTS, sampleOf: productList },
  { title: "the same lists under other keys", count: LISTS, sampleOf: productList },
  { title: "entry, 2 KB, 5 tags", count: 5_000, sampleOf: (i) => smallEntry(i, 2_000) },
]

/** Fills both servers with the same entries, and prints how much memory each says that they take. */
export async function runMemoryBench(): Promise<void> {
  delete process.env.MEMCACHED_SERVERS
  delete process.env.REDIS_URL
  const [memcached, redis] = await Promise.all([startMemcached(), startRedis()])
  const contenders = [
    {
      cache: (await openMemcachedProvider("memcached", memcached.servers)).cache,
      memory: bytesIn(portOf(memcached.servers)),
    },
    { cache: (await openRedisProvider(redis.url)).cache, memory: () => redisMemoryBytes(portOf(redis.url)) },
  ]
  console.log("| one entry | in Memcached, this plugin | in Redis, its provider |")
  console.log("| --- | ---: | ---: |")
  for (const [number, kind] of KINDS.entries()) {
    const taken: string[] = []
    for (const { cache, memory } of contenders) {
      const before = await memory()
      await fill(cache, String(number), kind)
      await delay(AFTERMATH_MS)
      taken.push(kilobytes(((await memory()) - before) / kind.count))
    }
    console.log(`| ${[kind.title, ...taken].join(" | ")} |`)
  }
}

const bytesIn = (port: number) => async (): Promise<number> => {
  const statistics = await memcachedStatistics(port)
  // An eviction would hide what was stored.
  if (statistics.get("evictions") !== "0") throw new Error("Memcached has evicted items")
  return Number(statistics.get("bytes") ?? Number.NaN)
}

async function fill(cache: Cache, prefix: string, { count, sampleOf }: Kind): Promise<void> {
  for (let i = 0; i < count; i++) await load(cache, `${prefix}-${i}`, sampleOf(i))
}

const portOf = (url: string): number => Number(/:(\d+)$/.exec(url)?.[1])

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`
