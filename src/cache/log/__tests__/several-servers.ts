import type { CacheProcess, CacheWorld } from "../../../../testing/cache-process"
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
