import { ask } from "../support/ask"
import type { CasToken, MemcachedServer, Reply, ReplyStatus } from "./server"
import { CacheError } from "../support/errors"
import type { Runtime } from "../support/runtime"
import { areOneServer, severalServers } from "./identity-watch"
import { describeTrouble } from "./trouble-watch"

/** The lifetime of the item, in case the connection breaks before it is deleted. */
const LIFETIME_SECONDS = 60

const NAME_BYTES = 8
const VALUE_BYTES = 1024
/** An arbitrary number that must come back as it was stored. */
const FLAGS = 42

/**
 * Stores an item, reads it, changes it by compare-and-swap and deletes it: all that the cache does with a server.
 * Resolves with what went wrong, or with nothing.
 */
export async function tryItem(server: MemcachedServer, runtime: Runtime): Promise<CacheError | undefined> {
  const key = trialKey(runtime)
  const value = runtime.randomId(VALUE_BYTES)
  const store = (cas?: CasToken): Promise<Reply> =>
    ask(server, { op: "set", key, value, flags: FLAGS, expiration: LIFETIME_SECONDS, ...(cas && { cas }) })
  const expect = (reply: Reply, status: ReplyStatus, deed: string): void => {
    if (reply.status !== status) throw complaint(server, deed, reply)
  }

  try {
    expect(await store(), "ok", "store an item")
    const read = await ask(server, { op: "get", key })
    expect(read, "ok", "find an item that was just stored")
    if (read.value?.equals(value) !== true || read.flags !== FLAGS) {
      return new CacheError("server_error", `${server.id} returned a different item than the one that was stored`)
    }
    if (read.cas === undefined) return withoutTokens(server)
    expect(await store(read.cas), "ok", "change an item by compare-and-swap")
    if ((await store(read.cas)).status === "ok") return withoutTokens(server)
    expect(await ask(server, { op: "delete", key }), "ok", "delete an item")
    expect(await ask(server, { op: "get", key }), "missing", "remove an item that was deleted")
    return undefined
  } catch (error) {
    if (error instanceof CacheError) return error
    throw error
  } finally {
    // Needed when the trial ended early.
    await ask(server, { op: "delete", key })
  }
}

/**
 * The number of connections to try. A balancer that picks servers at random then goes unnoticed once in a thousand
 * times.
 */
const CONNECTIONS = 10

/**
 * Checks that other connections to the same address lead to the same server. Resolves with the problem, or with
 * nothing, also when nothing can be concluded.
 */
export async function tryConnections(server: MemcachedServer, runtime: Runtime): Promise<CacheError | undefined> {
  const key = trialKey(runtime)
  const twins = (await server.twins?.(CONNECTIONS)) ?? []
  try {
    const isOne = await areOneServer([server, ...twins], key, runtime, LIFETIME_SECONDS)
    return isOne === false ? severalServers(server.id) : undefined
  } finally {
    await ask(server, { op: "delete", key })
    await Promise.all(twins.map((twin) => twin.close()))
  }
}

/** Returns a random name without a colon, so that it belongs to no prefix and no other trial. */
const trialKey = (runtime: Runtime): string => `medusa-memcached-check-${runtime.randomId(NAME_BYTES).toString("hex")}`

const withoutTokens = ({ id }: MemcachedServer): CacheError =>
  new CacheError("server_error", describeTrouble(id, "no_cas"))

function complaint(server: MemcachedServer, deed: string, { status, error }: Reply): CacheError {
  const { id, trouble } = server
  if (trouble?.kind === "out_of_memory") return new CacheError("server_error", describeTrouble(id, trouble.kind))
  return (
    error ?? new CacheError("server_error", `${server.id} did not ${deed}: it answered "${status.replace("_", " ")}"`)
  )
}
