import { isIPv6 } from "node:net"
import { CacheError } from "../../cache"

export interface ServerAddress {
  readonly host: string
  readonly port: number
  readonly username?: string
  readonly password?: string
}

const DEFAULT_PORT = 11211

/**
 * Letters, digits, dots, hyphens and underscores, which names in Docker and Kubernetes may have. A name in other letters has
 * an ASCII form (`xn--…`), which is what servers are called in the log.
 */
const NAME = /^[A-Za-z0-9._-]+$/

/**
 * Returns whether text is a name, or an address without brackets. Nothing else is allowed, because hosts are shown, and
 * a badly built address may contain a password.
 */
export const isHost = (text: string): boolean => NAME.test(text) || isIPv6(text)

/** user:password@ (the last @ ends it, the first colon splits it), then [IPv6], or a name; then a port. */
const ADDRESS = /^(?:memcached:\/\/|memcache:\/\/)?(?:([^:]*):(.*)@)?(?:\[([^\]]+)\]|([^:[\]@/\s]+))(?::(\d+))?\/?$/s

/**
 * Parses `host`, `host:port` or `[::1]:port`, with an optional `user:password@` before it and an optional
 * `memcached://` before that. Throws a `CacheError` that does not show the address, because nobody can tell where the
 * password begins and ends in a wrong one.
 */
export function parseServerAddress(text: string, option: string): ServerAddress {
  const match = ADDRESS.exec(text.trim())
  const [, username, password, ipv6, name, portText] = match ?? []
  const host = ipv6 ?? name
  const port = portText === undefined ? DEFAULT_PORT : Number(portText)
  const problem =
    host === undefined || !(ipv6 === undefined ? NAME.test(host) : isIPv6(host))
      ? "in another format"
      : port < 1 || port > 65_535
        ? "with a port that is not 1 to 65535"
        : // Half of the credentials would silently be ignored.
          !username !== !password
          ? "with a user name but no password, or a password but no user name"
          : undefined
  if (host === undefined || problem !== undefined) {
    throw new CacheError(
      "invalid_options",
      `medusa-plugin-memcached: option ${option}: expected host:port, for example "127.0.0.1:11211" or "[::1]:11211" ` +
        `(given: a string ${problem}, ${text.length} characters long, not shown)`
    )
  }
  return { host, port, ...(username && password ? { username, password } : {}) }
}

/** Returns whether data sent to the host stays on this machine. */
export const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|::1)$/i.test(host)
