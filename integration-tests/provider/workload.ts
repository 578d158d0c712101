import { setTimeout as delay } from "node:timers/promises"
import { Cache, DEFAULT_CACHE_OPTIONS, DependableServer } from "../../src/cache"
import { CollectingLogger } from "../../testing/collecting-logger"

const TIMEOUT_MS = 300
export const CLEAR_TIMEOUT_MS = 2_000
const KEYS = Array.from({ length: 60 }, (_, i) => `key-${i}`)
const READERS = 6
/** As a page that shows several products. */
const KEYS_AT_ONCE = 8

/** One process with connections of its own. */
export class Process {
  readonly servers: [DependableServer, ...DependableServer[]]
  readonly cache: Cache

  constructor(ports: readonly number[]) {
    const at = (port = 0): DependableServer =>
      new DependableServer({ host: "127.0.0.1", port, timeoutMs: TIMEOUT_MS, connectTimeoutMs: TIMEOUT_MS })
    const [first, ...others] = ports
    this.servers = [at(first), ...others.map(at)]
    const options = {
      ...DEFAULT_CACHE_OPTIONS,
      lookupTimeoutMs: TIMEOUT_MS,
      log: { ...DEFAULT_CACHE_OPTIONS.log, clearTimeoutMs: CLEAR_TIMEOUT_MS, recoveryGraceMs: 0 },
    }
    this.cache = new Cache(options, {
      servers: this.servers,
      logger: new CollectingLogger(),
      reach: (id) => at(Number(id.split(":")[1])),
    })
  }
}

interface TimedClear {
  readonly ms: number
  readonly status: string
}

/** What was counted in a while. */
export interface Count {
  readonly lookups: number
  readonly hits: number
  readonly clears: readonly TimedClear[]
}

/** Processes that change, clear and read, and what is known of what they may serve. */
export class Workload {
  readonly #truth: Map<string, number>
  /** By key: what has been cleared everywhere. */
  readonly #applied: Map<string, number>
  #isOver = false
  #running: Promise<unknown> = Promise.resolve()
  /** Since the last `take`. */
  lookups = 0
  hits = 0
  /** Since the start. */
  allLookups = 0
  stale: string[] = []
  clears: TimedClear[] = []

  /** With the data of another one. */
  constructor(like?: Workload) {
    this.#truth = like ? like.#truth : new Map<string, number>()
    this.#applied = like ? like.#applied : new Map<string, number>()
  }

  start(readers: readonly Process[], editors: readonly Process[]): void {
    const loops = readers.flatMap((process) => Array.from({ length: READERS }, () => this.#read(process)))
    this.#running = Promise.all([this.#running, ...loops, ...editors.map((process) => this.#edit(process))])
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await this.#running
  }

  /** Counts from now on, and returns what was counted before. */
  take(): Count {
    const { lookups, hits, clears } = this
    this.lookups = this.hits = 0
    this.clears = []
    return { lookups, hits, clears }
  }

  async #read({ cache }: Process): Promise<void> {
    while (!this.#isOver) {
      await Promise.all(Array.from({ length: KEYS_AT_ONCE }, () => this.#readOne(cache)))
      await delay(1)
    }
  }

  async #readOne(cache: Cache): Promise<void> {
    // In an asynchronous context of its own, as each request has one.
    await Promise.resolve()
    const key = randomKey()
    const floor = this.#applied.get(key) ?? 0
    const found = await cache.get({ key })
    this.lookups += 1
    this.allLookups += 1
    if (typeof found === "object" && found !== null && "version" in found && typeof found.version === "number") {
      this.hits += 1
      if (found.version < floor) this.stale.push(`${key}: ${found.version}, cleared at ${floor}`)
    } else {
      const version = this.#truth.get(key) ?? 0
      await delay(1)
      void cache.set({ key, data: { version }, ttl: 600, tags: [`Product:${key}`] })
    }
  }

  async #edit({ cache }: Process): Promise<void> {
    while (!this.#isOver) {
      const key = randomKey()
      const version = (this.#truth.get(key) ?? 0) + 1
      this.#truth.set(key, version)
      const startedAt = performance.now()
      const { status } = await cache.clear({ tags: [`Product:${key}`], options: { autoInvalidate: true } })
      this.clears.push({ ms: performance.now() - startedAt, status })
      if (status === "applied") this.#applied.set(key, Math.max(version, this.#applied.get(key) ?? 0))
      await delay(50)
    }
  }
}

const randomKey = (): string => KEYS[Math.floor(Math.random() * KEYS.length)] ?? ""
