import { JsonCopies } from "./near/json-copies"
import { KeySpace } from "./keys"
import { LoadCosts } from "./loads/load-costs"
import { InvalidationLog } from "./log/invalidation-log"
import { Cluster, type MemcachedServer, type Servers } from "./memcached"
import type { CacheOptions } from "./options"
import { type Runtime, systemRuntime } from "./support/runtime"
import { TagIndex } from "./tag-index/tag-index"

/** What lookups, sets, clears and observers share. */
export interface CacheParts {
  readonly options: CacheOptions
  readonly runtime: Runtime
  readonly keys: KeySpace
  readonly cluster: Cluster
  readonly log: InvalidationLog
  readonly index: TagIndex
  readonly copies: JsonCopies
  readonly costs: LoadCosts
}

export function createParts(
  options: CacheOptions,
  servers: Servers,
  runtime: Runtime = systemRuntime,
  reach?: (id: string) => MemcachedServer | undefined
): CacheParts {
  const keys = new KeySpace(options.prefix)
  const cluster = new Cluster(servers, reach)
  const limits = { ...options.log, readTimeoutMs: options.lookupTimeoutMs }
  const log = new InvalidationLog(cluster, keys, runtime, limits)
  const index = new TagIndex(keys, runtime, cluster, options.index)
  const copies = new JsonCopies(options.memoryBytes)
  return { options, runtime, keys, cluster, log, index, copies, costs: new LoadCosts(runtime) }
}
