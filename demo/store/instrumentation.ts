import caching from "@medusajs/medusa/caching"
import { countLookup } from "./src/request-lookups"

/**
 * Counts the lookups of each request with the hook that Medusa has for tracing, so that a response can say in a header
 * whether it came out of the cache.
 */
export function register(): void {
  caching.service.traceGet = async (get) => {
    const value: unknown = await get()
    countLookup(value !== null && value !== undefined)
    return value
  }
}
