import { ScriptedServer } from "../../../../testing/scripted-server"
import type { CacheProcess, CacheWorld } from "../../../../testing/cache-process"
import { Cache, DEFAULT_CACHE_OPTIONS } from "../../index"
import type { MemcachedServer } from "../../memcached/server"
import { chooseServer } from "../../memcached/rendezvous"
import { decodeHead, type Head } from "../head"

export const HEAD = "medusa:~head"

/** The name of a server of a `CacheWorld`, by its number. */
export const nameOf = (at: number): string => `scripted-${at}:11211`

/** The head of a server, as it is stored. */
export function headOf(world: CacheWorld, at: number): Head | undefined {
  const value = world.memcacheds[at]?.execute({ op: "get", key: HEAD }).value
  return value && decodeHead(value)
}

export const headsOf = (world: CacheWorld): Head[] => world.memcacheds.flatMap((_, at) => headOf(world, at) ?? [])

/** The server loses its head, as in a restart or an eviction. */
export const loseHead = (world: CacheWorld, at: number): void =>
  void world.memcacheds[at]?.execute({ op: "delete", key: HEAD })

/** Returns a key whose entry is on this server. */
export function keyOn({ servers }: { readonly servers: readonly MemcachedServer[] }, at: number): string {
  const keys = Array.from({ length: 100 }, (_, i) => `key-${i}`)
  const found = keys.find((key) => chooseServer(servers, `medusa:${key}`).id === nameOf(at))
  if (found === undefined) throw new Error("no key is on this server")
  return found
}

/** Misses one key, makes its data of what another one has, and stores that, all in one flow. */
export async function compose({ cache }: CacheProcess, key: string, part: string): Promise<void> {
  await Promise.resolve().then(async () => {
    if ((await cache.get({ key })) !== null) throw new Error(`${key} is there already`)
    const found = String(await cache.get({ key: part }))
    await cache.set({ key, data: `made of ${found}`, tags: ["t"], ttl: 3600 })
  })
}

export interface ListOptions {
  readonly servers: readonly [ScriptedServer, ...ScriptedServer[]]
  /** Connects to a server that only others have in their lists. */
  readonly reach?: (id: string) => ScriptedServer | undefined
  readonly retentionSeconds?: number
}

/** The cache of a process with a list of its own. */
export function cacheWith({ runtime }: CacheWorld, { servers, reach, retentionSeconds }: ListOptions): Cache {
  const { log } = DEFAULT_CACHE_OPTIONS
  return new Cache(
    {
      ...DEFAULT_CACHE_OPTIONS,
      log: { ...log, followIntervalMs: 0, retentionSeconds: retentionSeconds ?? log.retentionSeconds },
      statistics: { flushIntervalMs: 0 },
    },
    { servers, reach, logger: { info: () => undefined, debug: () => undefined, warn: () => undefined }, runtime }
  )
}

/** A connection of one more process to a server of a `CacheWorld`. */
export const connectionTo = ({ runtime, memcacheds }: CacheWorld, at: number): ScriptedServer =>
  new ScriptedServer(runtime, { id: nameOf(at), memcached: memcacheds[at] })

/** In a context of its own, as each request has one. */
export const lookUp = (cache: Cache, key: string): Promise<unknown> => Promise.resolve().then(() => cache.get({ key }))
