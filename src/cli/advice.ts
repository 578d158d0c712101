import type { CacheError } from "../cache"
import type { ServerCheck } from "./server-check"

const MIB = 1024 ** 2
/** What memcached takes when it is told nothing: -m 64 -I 1m. */
const DEFAULT_MEMORY_BYTES = 64 * MIB
const DEFAULT_ITEM_BYTES = MIB
/** Every page of a shop waits for several lookups, one after the other. */
const SLOW_PING_MS = 10

/** What to do about a server that cannot be used, where the error does not say so itself. */
export function adviceFor(error: CacheError, tls: boolean): string[] {
  switch (error.code) {
    case "unreachable":
      return [
        "Check that memcached runs there, is not frozen or overloaded and has connections left (-c), that it listens on " +
          "this address and port (-l, -p), and that no firewall stands between.",
      ]
    case "connection_limit":
      return [
        "Each Medusa process keeps one connection to each server: find out what else holds connections " +
          "(stats conns), or start memcached with a higher -c, 1024 by default.",
      ]
    case "certificate_not_trusted":
      return ["Here that is the variable NODE_EXTRA_CA_CERTS=file, with the certificate that is to be trusted."]
    case "certificate_wrong_name":
      return ["Here: give the address with that name."]
    case "certificate_refused":
      return ["A certificate of this side cannot be given here: check the server with the options of the shop."]
    case "authentication_failed":
      return ["Here these are --user and the variable MEMCACHED_PASSWORD."]
    case "tls_mismatch":
      return [tls ? "Here: leave out --tls." : "Here: add --tls."]
    default:
      return []
  }
}

/** What a server that works could do better. */
export function hintsFor({ isLoopback, error, authentication, tls, stats, evicts }: ServerCheck): string[] {
  if (error !== undefined) return []
  const hints: string[] = []
  if (authentication === "needless") {
    hints.push(
      "It lets in everybody, with or without a password: start memcached with -S, or keep others from its port."
    )
  }
  if (authentication === "accepted" && !tls && !isLoopback) {
    hints.push("The password and the data travel in the clear: use TLS, or a network of your own.")
  }
  if (authentication === "none" && !isLoopback) {
    hints.push("Whoever reaches this port can read and change the cache: only your shop should.")
  }
  if (evicts === false) {
    hints.push("It was started with -M, so it refuses entries and clears as soon as it is full: start it without -M.")
  }
  if (stats === null) return hints
  if (stats.itemSizeMaxBytes <= DEFAULT_ITEM_BYTES) {
    hints.push("Lists of products with prices can be larger than an item may be: start memcached with -I 4m.")
  }
  if (stats.memoryLimitBytes <= DEFAULT_MEMORY_BYTES) {
    hints.push("This is little memory for a shop: start memcached with -m 512 or more.")
  }
  if (stats.evictions > 0) {
    hints.push("Its memory has been full, and items were evicted before they expired: raise -m.")
  }
  if (stats.pingMs > SLOW_PING_MS) {
    hints.push("It answers slowly, and every lookup takes that long: put it closer to the shop, or give it more CPU.")
  }
  return hints
}
