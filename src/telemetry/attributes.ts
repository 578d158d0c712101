import type { Attributes } from "@medusajs/framework/opentelemetry/api"
import type { MemcachedServer } from "../cache"

/**
 * Names of attributes. They follow OpenTelemetry's semantic conventions for database clients where these have one
 * (https://opentelemetry.io/docs/specs/semconv/database/), and start with `cache.` otherwise. Keys, tags and values are
 * never exported: in a shop they may name persons. Nor are the addresses of stored responses, which may have a search in
 * their query.
 *
 * Two attributes of the conventions are left out. `db.operation.batch.size`: one operation with several tags is no batch
 * by their definition. `db.response.status_code`: an operation fails here when there was no response.
 */
const SYSTEM = "db.system.name"
export const OPERATION = "db.operation.name"
/** The prefix of the names, which separates one cache from another like a database. */
export const NAMESPACE = "db.namespace"
const SERVER_ADDRESS = "server.address"
const SERVER_PORT = "server.port"
/** The server's address on the connection, which a name may change from time to time. */
const PEER_ADDRESS = "network.peer.address"
const PEER_PORT = "network.peer.port"
export const ERROR_TYPE = "error.type"
/** Of lookups and sets of whole responses: their route. The address of the request is in the span around them. */
export const HTTP_ROUTE = "http.route"

/** get: hit, miss. set: stored, refused. clear: applied, pending, nothing. */
export const OUTCOME = "cache.outcome"
/** The reason of a miss or a refusal. */
export const REASON = "cache.reason"
/** The target of a clear: key, tags, everything. */
export const CLEAR_TARGET = "cache.clear.target"
/** explicit, or automatic: caused by an event. */
export const CLEAR_KIND = "cache.clear.kind"
export const TAG_COUNT = "cache.tag_count"
/** The number of entries found by tags. */
export const ENTRY_COUNT = "cache.entry_count"
/** The size of the stored data. */
export const ENTRY_BYTES = "cache.entry.bytes"
/** The size of the data before compression. */
export const ENTRY_RAW_BYTES = "cache.entry.raw_bytes"
/** The provider's id in medusa-config.ts. */
export const PROVIDER = "cache.provider"

/** Returns the attributes of the connection to a server. None while there is no connection. */
export const peerOf = ({ peer }: Pick<MemcachedServer, "peer">): Attributes =>
  peer ? { [PEER_ADDRESS]: peer.address, [PEER_PORT]: peer.port } : {}

/** Returns the attributes of a command's server. `serverId` is `host:port`, with brackets around an IPv6 address. */
export function placeOf(prefix: string, serverId: string): Attributes {
  const colon = serverId.lastIndexOf(":")
  return {
    [SYSTEM]: "memcached",
    [NAMESPACE]: prefix,
    [SERVER_ADDRESS]: serverId.slice(0, colon).replace(/^\[|\]$/g, ""),
    [SERVER_PORT]: Number(serverId.slice(colon + 1)),
  }
}
