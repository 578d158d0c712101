import type { CacheError } from "../../cache"
import type { ServerCheck } from "./server-check"

const MIB = 1024 ** 2
/** memcached's defaults: -m 64 -I 1m. */
const DEFAULT_MEMORY_BYTES = 64 * MIB
const DEFAULT_ITEM_BYTES = MIB
/** A page of a shop waits for several lookups, one after the other. */
const SLOW_PING_MS = 10

/** Returns advice for a server that cannot be used, unless the error already contains it. */
export function adviceFor(error: CacheError, tls: boolean): string[] {
  switch (error.code) {
    case "unreachable":
      return [
        "Check that memcached is running, is not frozen or overloaded and has connections left (-c). Check that it " +
          "listens on this address and port (-l, -p) and that no firewall blocks it.",
      ]
    case "connection_limit":
      return [
        "Each Medusa process keeps one connection to each server. Find out what else holds connections " +
          "(stats conns), or start memcached with a higher -c (default: 1024).",
      ]
    case "certificate_not_trusted":
      return ["For this command, set NODE_EXTRA_CA_CERTS to a file with the certificate to trust."]
    case "certificate_wrong_name":
      return ["For this command, use that name in the address."]
    case "certificate_refused":
      return [
        "This command cannot present a client certificate. Start the shop to check the server with the shop's options.",
      ]
    case "authentication_failed":
      return ["For this command, use --user and the variable MEMCACHED_PASSWORD."]
    case "tls_mismatch":
      return [tls ? "For this command, omit --tls." : "For this command, add --tls."]
    default:
      return []
  }
}

/** Returns possible improvements of a server that works. */
export function hintsFor({ isLoopback, error, authentication, tls, stats, evicts }: ServerCheck): string[] {
  if (error !== undefined) return []
  const hints: string[] = []
  if (authentication === "needless") {
    hints.push(
      "Anyone can connect, with or without a password. Start memcached with -S, or restrict access to its port."
    )
  }
  if (authentication === "accepted" && !tls && !isLoopback) {
    hints.push("The password and the data are sent unencrypted. Use TLS or a private network.")
  }
  if (authentication === "none" && !isLoopback) {
    hints.push("Anyone who can reach this port can read and change the cache. Restrict access to your shop.")
  }
  if (evicts === false) {
    hints.push("It was started with -M, so it rejects entries and clears once it is full. Start it without -M.")
  }
  if (stats === null) return hints
  if (stats.itemSizeMaxBytes <= DEFAULT_ITEM_BYTES) {
    hints.push("Product lists with prices can exceed the maximum item size. Start memcached with -I 4m.")
  }
  if (stats.memoryLimitBytes <= DEFAULT_MEMORY_BYTES) {
    hints.push("This is little memory for a shop. Start memcached with -m 512 or more.")
  }
  if (stats.evictions > 0) {
    hints.push("Its memory has been full, and items were evicted before they expired. Raise -m.")
  }
  if (stats.pingMs > SLOW_PING_MS) {
    hints.push("It answers slowly, and every lookup takes that long. Move it closer to the shop, or give it more CPU.")
  }
  return hints
}
