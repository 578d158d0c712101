import type { MemcachedProcess } from "../../../testing/memcached"
import type { FaultProxy } from "../../../testing/fault-proxy"
import type { Shop } from "../shop"
import type { TestShop } from "../shop-test-runner"
import type { MedusaProcess } from "./medusa-process"

/** What the tests of one server and one worker share. Functions, since nothing is there before both have booted. */
export interface Section extends TestShop {
  readonly cachePrefix: string
  readonly memcached: () => MemcachedProcess
  /** Between the processes and Memcached. */
  readonly proxy: () => FaultProxy
  readonly shop: () => Shop
  /** Of a user of the dashboard. */
  readonly headers: () => { readonly authorization: string }
  readonly worker: () => MedusaProcess
  /** Another one. Whoever starts it ends it. */
  readonly startWorker: () => Promise<MedusaProcess>
}
