import { FakeMemcached } from "./fake-memcached"
import { Cache, type CacheOptions, DEFAULT_CACHE_OPTIONS } from "../src/cache"
import type { ClearOutcome } from "../src/cache/log/clear-batch"
import { ManualRuntime } from "./manual-runtime"
import { ScriptedServer } from "./scripted-server"

/** Timers of a process with nothing left to do: statistics are split at the end of each minute. */
export const END_OF_MINUTE = 1

/** What several processes have in common. */
export class CacheWorld {
  readonly runtime = new ManualRuntime()
  readonly memcacheds: readonly FakeMemcached[]

  constructor(servers = 1) {
    this.memcacheds = Array.from(
      { length: servers },
      () => new FakeMemcached({ now: () => this.runtime.now(), itemSizeMaxBytes: 1024 * 1024 })
    )
  }

  get memcached(): FakeMemcached {
    const [first] = this.memcacheds
    if (!first) throw new Error("a world has a memcached")
    return first
  }
}

/** The cache of one process, on connections that the test controls. */
export class CacheProcess {
  readonly cache: Cache
  readonly servers: readonly ScriptedServer[]
  readonly warnings: string[] = []

  constructor(
    readonly world: CacheWorld,
    options: Partial<CacheOptions> = {}
  ) {
    const { runtime } = world
    this.servers = world.memcacheds.map(
      (memcached, i) => new ScriptedServer(runtime, { id: `scripted-${i}:11211`, memcached })
    )
    const [first, ...others] = this.servers
    if (!first) throw new Error("a process has a server")
    const logger = {
      info: () => undefined,
      debug: () => undefined,
      warn: (message: string) => void this.warnings.push(message),
    }
    this.cache = new Cache(
      {
        ...DEFAULT_CACHE_OPTIONS,
        log: { ...DEFAULT_CACHE_OPTIONS.log, followIntervalMs: 0 },
        statistics: { flushIntervalMs: 0 },
        ...options,
      },
      { servers: [first, ...others], logger, runtime }
    )
  }

  get server(): ScriptedServer {
    const [first] = this.servers
    if (!first) throw new Error("a process has a server")
    return first
  }

  /** In a context of its own, as each request has one. */
  get(key: string): Promise<unknown> {
    return Promise.resolve().then(() => this.cache.get({ key }))
  }

  /** Misses, computes and stores, in a context of its own. The computation takes so long. */
  load(key: string, data: unknown, options: { tags?: string[]; ttl?: number; costMs?: number } = {}): Promise<unknown> {
    return Promise.resolve().then(async () => {
      await this.cache.get({ key })
      if (options.costMs) await this.world.runtime.advance(options.costMs)
      return this.cache.set({ key, data, tags: options.tags ?? [], ttl: options.ttl ?? 3600 })
    })
  }

  clear(...tags: string[]): Promise<ClearOutcome> {
    return this.cache.clear({ tags })
  }
}
