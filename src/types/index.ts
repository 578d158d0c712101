/** Types for shops: requests and answers of the routes under `/admin/cache`, and the provider's options. */
export type * from "./http"
export type { MemcachedProviderOptions } from "../providers/memcached/options"
