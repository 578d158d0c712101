import type { AxiosInstance } from "axios"
import type { MedusaContainer } from "@medusajs/framework/types"
import type { MemcachedProcess } from "../../../testing/memcached"
import type { Catalogue } from "../catalogue"

/** What the tests of one boot share. Functions, since nothing is there before the application has booted. */
export interface Section {
  readonly api: AxiosInstance
  readonly container: () => MedusaContainer
  /** With one piece of the first product's first variant in stock. */
  readonly catalogue: () => Catalogue
  /** Of a user of the dashboard. */
  readonly headers: () => { readonly authorization: string }
  readonly databaseUrl: string
  readonly memcached: () => MemcachedProcess
}
