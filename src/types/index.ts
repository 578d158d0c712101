/** What a shop may want to name: what the routes under `/admin/cache` take and answer, and the provider's options. */
export type * from "./http"
export type { MemcachedProviderOptions } from "../providers/memcached/options"
