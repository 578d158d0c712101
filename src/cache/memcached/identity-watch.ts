import { ask } from "../support/ask"
import { checksumOf, intactValue } from "../support/checksum"
import { CacheError } from "../support/errors"
import type { KeySpace } from "../keys"
import type { Runtime, Timer } from "../support/runtime"
import type { Cluster } from "./cluster"
import type { MemcachedServer } from "./server"

export interface IdentityLimits {
  /** The time between two checks of a server, in milliseconds, give or take a quarter. */
  readonly intervalMs: number
  /** The time between two checks of a suspended server, in milliseconds. */
  readonly suspendedIntervalMs: number
  /** The number of checks in a row that must find a single server before a suspended one is used again. */
  readonly cleanLooks: number
}

interface WatchedParts {
  readonly cluster: Pick<Cluster, "onStateChange" | "servers">
  readonly keys: Pick<KeySpace, "identity">
  readonly runtime: Runtime
  readonly options: { readonly identity: IdentityLimits }
}

/**
 * The number of connections to check after each new connection, which may lead to another server, and while a server is
 * suspended.
 */
const THOROUGH_CONNECTIONS = 4
const QUICK_CONNECTIONS = 2

/**
 * Notices when one address leads to several servers: a name with several addresses, or a balancer such as a Kubernetes
 * service with replicas. Processes that reach different servers do not see each other's clears, and nothing else would
 * reveal it. An address that leads to several servers is suspended. It is used again once it has led to a single one
 * for some time.
 */
export class IdentityWatch {
  readonly #cluster: Pick<Cluster, "servers">
  readonly #keys: Pick<KeySpace, "identity">
  readonly #runtime: Runtime
  readonly #limits: IdentityLimits
  readonly #onSplit: (server: MemcachedServer, twins: readonly MemcachedServer[]) => Promise<unknown>
  readonly #timers = new Map<MemcachedServer, Timer>()
  /** Suspended servers, with the number of checks in a row that found a single server. */
  readonly #suspended = new Map<MemcachedServer, number>()
  readonly #looking = new Map<MemcachedServer, Promise<void>>()
  #closed = false

  /**
   * Calls `onSplit` when everything stored so far is worthless, on the twins as well. The twins are closed afterwards.
   */
  constructor(
    { cluster, keys, runtime, options }: WatchedParts,
    onSplit: (server: MemcachedServer, twins: readonly MemcachedServer[]) => Promise<unknown>
  ) {
    this.#cluster = cluster
    this.#keys = keys
    this.#runtime = runtime
    this.#limits = options.identity
    this.#onSplit = onSplit
    cluster.onStateChange((server, state) => {
      if (state === "ready") void this.look(server)
    })
  }

  /**
   * Checks a server now, and schedules the next check. Never rejects. Does nothing for a server that cannot provide
   * twins.
   */
  look(server: MemcachedServer, connections = THOROUGH_CONNECTIONS): Promise<void> {
    if (this.#closed || !server.twins) return Promise.resolve()
    const running = this.#looking.get(server)
    if (running) return running
    this.#timers.get(server)?.cancel()
    const look = this.#look(server, connections).finally(() => {
      this.#looking.delete(server)
      this.#schedule(server)
    })
    this.#looking.set(server, look)
    return look
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const timer of this.#timers.values()) timer.cancel()
    await Promise.all(this.#looking.values())
  }

  #schedule(server: MemcachedServer): void {
    if (this.#closed) return
    if (!this.#cluster.servers.includes(server)) {
      this.#timers.delete(server)
      this.#suspended.delete(server)
      return
    }
    const isSuspended = this.#suspended.has(server)
    const { intervalMs, suspendedIntervalMs } = this.#limits
    const delayMs = (isSuspended ? suspendedIntervalMs : intervalMs) * (0.75 + this.#runtime.random() / 2)
    const look = (): void => void this.look(server, isSuspended ? THOROUGH_CONNECTIONS : QUICK_CONNECTIONS)
    this.#timers.set(server, this.#runtime.schedule(delayMs, look))
  }

  async #look(server: MemcachedServer, connections: number): Promise<void> {
    const twins = (await server.twins?.(connections)) ?? []
    try {
      // A suspended server answers nothing itself.
      const isOne = await areOneServer(
        this.#suspended.has(server) ? twins : [server, ...twins],
        this.#keys.identity(),
        this.#runtime
      )
      if (this.#closed) return
      if (isOne === true) this.#one(server)
      if (isOne === false) await this.#several(server, twins)
    } finally {
      await Promise.all(twins.map((twin) => twin.close()))
    }
  }

  async #several(server: MemcachedServer, twins: readonly MemcachedServer[]): Promise<void> {
    await this.#onSplit(server, twins)
    this.#suspended.set(server, 0)
    server.suspend?.(severalServers(server.id))
  }

  #one(server: MemcachedServer): void {
    const looks = this.#suspended.get(server)
    if (looks === undefined) return
    this.#suspended.set(server, looks + 1)
    if (looks + 1 < this.#limits.cleanLooks) return
    this.#suspended.delete(server)
    server.resume?.()
  }
}

const ID_BYTES = 8
const MAX_ID_BYTES = 256

/**
 * Returns whether these connections lead to one server. It reads an item with a random number on each connection, and
 * again on the first. One server cannot have had one number, then another or none, and then the first again.
 * Connections that do not answer do not count. Undefined means that nothing can be concluded.
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

/** Reads a server's number. "" means that it has none, undefined that it did not answer. */
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
    `${id} leads to several Memcached servers, so a clear on one of them does not reach the others. ` +
      "Give each server its own address in serverUrls, or keep only one server behind this address"
  )
