import type { MedusaContainer } from "@medusajs/framework/types"
import type { AxiosInstance } from "axios"
import type { MemcachedProcess } from "../../../../testing/memcached"
import type { CacheAdmin } from "../cache-admin"
import type { ShopCache } from "../shop-cache"

/** What the tests of one boot share. Functions, since nothing is there before the application has booted. */
export interface Section {
  readonly api: AxiosInstance
  readonly container: () => MedusaContainer
  /** As a user of the dashboard. */
  readonly admin: () => CacheAdmin
  readonly shop: () => ShopCache
  readonly memcached: () => MemcachedProcess
}
