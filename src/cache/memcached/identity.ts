import { ask } from "../ask"
import { checksumOf, intactValue } from "../checksum"
import type { MemcachedServer } from "./server"
import { CacheError } from "../errors"
import type { Runtime } from "../runtime"

const ID_BYTES = 8
const MAX_ID_BYTES = 256

/**
 * Whether these connections lead to one server. An item with a random number is read on each of them, and on the first one
 * once more: one server cannot have had one number, then another or none, and then the first again. Connections that do not
 * answer do not count; undefined: it cannot be told.
 */
export async function areOneServer(
  [first, ...others]: readonly MemcachedServer[],
  key: string,
  runtime: Runtime,
  expiration = 0
): Promise<boolean | undefined> {
  if (!first) return undefined
  const before = (await idOf(first, key)) || (await newId(first, key, runtime, expiration))
  if (!before) return undefined
  const seen = await Promise.all(others.map((other) => idOf(other, key)))
  if ((await idOf(first, key)) !== before) return undefined
  return seen.every((id) => id === undefined || id === before)
}

/** "": it has none; undefined: it does not say. */
async function idOf(server: MemcachedServer, key: string): Promise<string | undefined> {
  const reply = await ask(server, { op: "get", key, maxBytes: MAX_ID_BYTES })
  return reply.status === "missing" ? "" : intactValue(reply, key)?.toString("latin1")
}

async function newId(
  server: MemcachedServer,
  key: string,
  runtime: Runtime,
  expiration: number
): Promise<string | undefined> {
  const value = Buffer.from(runtime.randomId(ID_BYTES).toString("hex"))
  await ask(server, { op: "add", key, value, flags: checksumOf(value, key), expiration })
  return idOf(server, key)
}

export const severalServers = (id: string): CacheError =>
  new CacheError(
    "several_servers",
    `${id} leads to several Memcached servers, which would not see each other's clears: give each of them an address of its ` +
      "own in serverUrls, or keep only one behind this address"
  )
