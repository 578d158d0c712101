import {
  type Cache,
  CacheError,
  type CacheLogger,
  DependableServer,
  type MemcachedServer,
  type NodeList,
  readNodeList,
  type ServerOptions,
} from "../../cache"

const POLL_MS = 60_000
/** Until the first list is there. Doubled after each failure. */
const FIRST_RETRY_MS = 1_000

/** How often a lower version has to be the answer before it is believed: the cluster has been made anew. */
const BELIEVED_ANSWERS = 3

/** A removed node is forgotten after this time, in milliseconds. Every process has read the new list several times by then. */
const FORGET_MS = 10 * POLL_MS

interface DiscoveryParts {
  /** The configuration endpoint. Its nodes are reached in the same way. */
  readonly endpoint: ServerOptions
  readonly say: CacheLogger
  /** Called with each server that is added. */
  readonly onServer: (server: DependableServer) => void
  /** @default 60000 */
  readonly pollMs?: number
  /** How long a removed node is told of clears, in milliseconds. @default 600000 */
  readonly forgetMs?: number
}

type Servers = readonly [MemcachedServer, ...MemcachedServer[]]

/**
 * Uses the nodes that a cluster's configuration endpoint lists, and asks again every minute. When a node is added or
 * removed, the cache goes on with the new list.
 */
export class Discovery {
  readonly #endpoint: ServerOptions
  readonly #parts: DiscoveryParts
  readonly #pollMs: number
  readonly #forgetMs: number
  #servers: readonly DependableServer[] = []
  /** The last list. Undefined before the first one. */
  #list: NodeList | undefined
  /** Removed nodes by their id, and since when, by `performance.now()`. */
  readonly #removed = new Map<string, number>()
  #retryMs = FIRST_RETRY_MS
  #lastProblem: string | undefined
  /** Answers in a row with a version below that of the last list. */
  #lowerVersions = 0

  constructor(parts: DiscoveryParts) {
    this.#endpoint = parts.endpoint
    this.#parts = parts
    this.#pollMs = parts.pollMs ?? POLL_MS
    this.#forgetMs = parts.forgetMs ?? FORGET_MS
  }

  /**
   * Asks for the nodes. Never rejects: when there is no answer in time, the cache begins without a usable server, and
   * `follow` adds them.
   */
  async begin(): Promise<Servers> {
    await this.#ask()
    const [first, ...others] = this.#servers
    return first ? [first, ...others] : [new UndiscoveredServer(this.#endpoint, this.#lastProblem ?? "")]
  }

  /** Keeps the servers of the cache those of the cluster, until the cache is closed. */
  follow(cache: Cache): void {
    if (cache.isClosed()) return
    const delayMs = this.#list ? this.#pollMs : Math.min(this.#retryMs, this.#pollMs)
    this.#retryMs *= 2
    setTimeout(() => void this.#poll(cache), delayMs).unref()
  }

  async #poll(cache: Cache): Promise<void> {
    if (cache.isClosed()) return
    try {
      await this.#ask()
      const [first, ...others] = this.#servers
      if (!first || cache.isClosed()) return
      const isUsed =
        cache.servers.length === this.#servers.length && this.#servers.every((server) => cache.servers.includes(server))
      if (!isUsed) cache.replaceServers([first, ...others])
      await this.#forgetRemoved(cache)
    } finally {
      this.follow(cache)
    }
  }

  async #ask(): Promise<void> {
    try {
      const list = await readNodeList(this.#endpoint)
      this.#checkVersion(list)
      const isFirst = this.#list === undefined
      this.#list = list
      this.#lastProblem = undefined
      this.#take(list, isFirst)
    } catch (error) {
      this.#complain(error)
    }
  }

  /** Throws for an older list: the endpoint is one of the nodes, and a node may not have heard of the last change. */
  #checkVersion({ version }: NodeList): void {
    const last = this.#list?.version ?? 0
    this.#lowerVersions = version < last ? this.#lowerVersions + 1 : 0
    if (version >= last || this.#lowerVersions >= BELIEVED_ANSWERS) return
    throw new CacheError("server_error", `The list has version ${version} after ${last}`)
  }

  /** Once, until there is an answer again. */
  #complain(error: unknown): void {
    const problem = error instanceof Error ? error.message : String(error)
    if (this.#lastProblem === undefined) {
      const goesOn = this.#list
        ? "The servers stay those of the last list."
        : "The shop works without the cache until it is available."
      this.#parts.say.warn(`The nodes of the Memcached cluster cannot be listed: ${problem}. ${goesOn}`)
    }
    this.#lastProblem = problem
  }

  #take({ version, nodes }: NodeList, isFirst: boolean): void {
    // Sorted, since some figures are kept on the first server.
    const servers = nodes
      .map((node) => this.#serverAt({ ...this.#endpoint, ...node }))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
    const added = servers.filter((server) => !this.#servers.includes(server))
    const removed = this.#servers.filter((server) => !servers.includes(server))
    this.#servers = servers
    for (const { id } of removed) this.#removed.set(id, performance.now())
    for (const { id } of servers) this.#removed.delete(id)
    for (const server of added) this.#parts.onServer(server)
    if (!isFirst && (added.length > 0 || removed.length > 0)) {
      const names = [...added.map(({ id }) => `+${id}`), ...removed.map(({ id }) => `-${id}`)].join(" ")
      this.#parts.say.info(`The Memcached cluster has changed (version ${version}): ${names}`)
    }
  }

  #serverAt(options: ServerOptions): DependableServer {
    const server = new DependableServer(options)
    return this.#servers.find(({ id }) => id === server.id) ?? server
  }

  async #forgetRemoved(cache: Cache): Promise<void> {
    for (const [id, since] of this.#removed) {
      if (performance.now() - since < this.#forgetMs) continue
      const outcome = await cache.forgetUnusedServer(id)
      // "forgotten" is asked once more: another process may have listed it again in the meantime.
      if (outcome === "unknown" || outcome === "configured") this.#removed.delete(id)
    }
  }
}

/** Stands for the nodes while none is known. It is away. */
class UndiscoveredServer implements MemcachedServer {
  readonly id: string
  readonly itemSizeMaxBytes = 1024 * 1024
  readonly downReason: CacheError
  state: "down" | "closed" = "down"

  constructor(endpoint: ServerOptions, problem: string) {
    this.id = new DependableServer(endpoint).id
    this.downReason = new CacheError("unreachable", problem)
  }

  submit(...[, done]: Parameters<MemcachedServer["submit"]>): void {
    setImmediate(() => done({ status: "unreachable", error: this.downReason }))
  }

  onStateChange(listener: Parameters<MemcachedServer["onStateChange"]>[0]): void {
    setImmediate(() => listener(this.state, this.downReason))
  }

  async close(): Promise<void> {
    this.state = "closed"
  }
}
