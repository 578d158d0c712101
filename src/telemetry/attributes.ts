import type { Attributes } from "@medusajs/framework/opentelemetry/api"

/**
 * Names of what is told, from OpenTelemetry's semantic conventions for database clients where these have one
 * (https://opentelemetry.io/docs/specs/semconv/database/), with `cache.` in front otherwise. Keys, tags and values are never
 * told: in a shop they may name persons.
 */
const SYSTEM = "db.system.name"
export const OPERATION = "db.operation.name"
/** The prefix: what lies under it is a database of its own. */
export const NAMESPACE = "db.namespace"
const SERVER_ADDRESS = "server.address"
const SERVER_PORT = "server.port"
export const ERROR_TYPE = "error.type"

/** get: hit, miss. set: stored, refused. clear: applied, pending, nothing. */
export const OUTCOME = "cache.outcome"
/** Why it was a miss, or was refused. */
export const REASON = "cache.reason"
/** What a clear names: key, tags, everything. */
export const CLEAR_TARGET = "cache.clear.target"
/** explicit, or automatic: caused by an event. */
export const CLEAR_KIND = "cache.clear.kind"
export const TAG_COUNT = "cache.tag_count"
/** Found by tags. */
export const ENTRY_COUNT = "cache.entry_count"
/** Of the data as it travels. */
export const ENTRY_BYTES = "cache.entry.bytes"
/** Of the data before compression. */
export const ENTRY_RAW_BYTES = "cache.entry.raw_bytes"
/** The provider's id in medusa-config.ts. */
export const PROVIDER = "cache.provider"

/** Where a command goes. `serverId` is `host:port`, with brackets around an IPv6 address. */
export function placeOf(prefix: string, serverId: string): Attributes {
  const colon = serverId.lastIndexOf(":")
  return {
    [SYSTEM]: "memcached",
    [NAMESPACE]: prefix,
    [SERVER_ADDRESS]: serverId.slice(0, colon).replace(/^\[|\]$/g, ""),
    [SERVER_PORT]: Number(serverId.slice(colon + 1)),
  }
}
