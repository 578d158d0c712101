import { Cache, DEFAULT_CACHE_OPTIONS, DependableServer } from "../../src/cache"
import { PATIENT } from "../contract/memcached-subject"
import type { MemcachedProcess } from "../../testing/memcached"
import { type Change, OtherVersionServer } from "./other-version-server"
import { inOwnFlow } from "../../testing/own-flow"

/** One process of a shop that is being deployed: of this version, or of another that has changed something. */
export class DeployedProcess {
  readonly cache: Cache
  readonly server: OtherVersionServer
  readonly warnings: string[] = []

  constructor(memcached: MemcachedProcess, prefix: string, changes: readonly Change[] = []) {
    const { host, port } = memcached
    const { timeoutMs, connectTimeoutMs } = PATIENT
    this.server = new OtherVersionServer(
      new DependableServer({ host, port, timeoutMs, connectTimeoutMs }),
      prefix,
      changes
    )
    const logger = {
      info: () => undefined,
      debug: () => undefined,
      warn: (message: string) => void this.warnings.push(message),
    }
    const options = { ...DEFAULT_CACHE_OPTIONS, prefix, lookupTimeoutMs: timeoutMs, earlyRefresh: 0 }
    this.cache = new Cache(options, { servers: [this.server], logger })
  }

  /** As a request of its own. */
  get(key: string): Promise<unknown> {
    return inOwnFlow(() => this.cache.get({ key }))
  }

  /** Looks up and stores on a miss, as Medusa does. Returns what the lookup has found. */
  read(key: string, tags: string[], load: () => unknown): Promise<unknown> {
    return inOwnFlow(async () => {
      const found = await this.cache.get({ key })
      if (found === null) await this.cache.set({ key, data: load(), tags, ttl: 600 })
      return found
    })
  }

  async clear(...tags: string[]): Promise<void> {
    expect(await this.cache.clear({ tags })).toEqual({ status: "applied" })
  }

  close(): Promise<void> {
    return this.cache.close()
  }
}
