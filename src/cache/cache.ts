import { CacheEngine } from "./engine"
import { Insight } from "./insight/insight"
import type { CacheLogger } from "./support/logger"
import type { MemcachedServer, Servers } from "./memcached"
import type { CacheOptions } from "./options"
import { createParts } from "./parts"
import type { Runtime } from "./support/runtime"

export interface CacheDependencies {
  /** The servers, over which entries are spread. */
  readonly servers: Servers
  /** Connects to a server that only other processes have in their lists. */
  readonly reach?: (id: string) => MemcachedServer | undefined
  readonly logger: CacheLogger
  readonly runtime?: Runtime
}

/** The cache of one provider: the engine, and what is displayed about it. */
export class Cache extends CacheEngine {
  readonly insight: Insight

  constructor(options: CacheOptions, { servers, reach, logger, runtime }: CacheDependencies) {
    const parts = createParts(options, servers, runtime, reach)
    const insight = new Insight(parts, logger)
    super(parts, insight)
    this.insight = insight
  }

  get options(): CacheOptions {
    return this.parts.options
  }

  get servers(): Servers {
    return this.parts.cluster.servers
  }

  /** Returns the server that holds the entry of a key. */
  serverOf(key: string): MemcachedServer {
    const { cluster, keys } = this.parts
    return cluster.servers.length === 1 ? cluster.first : cluster.serverOf(keys.entry(key))
  }
}
