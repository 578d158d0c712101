import { CacheError } from "../../cache"

export interface ServerAddress {
  readonly host: string
  readonly port: number
  readonly username?: string
  readonly password?: string
}

const DEFAULT_PORT = 11211

/** user:password@ (the last @ ends it, the first colon splits it), then [IPv6], or a name; then a port. */
const ADDRESS = /^(?:memcached:\/\/|memcache:\/\/)?(?:([^:]*):(.*)@)?(?:\[([^\]]+)\]|([^:[\]@/\s]+))(?::(\d+))?\/?$/s

/**
 * Reads `host`, `host:port`, `[::1]:port`, each with `user:password@` in front and `memcached://` before that. Throws a
 * `CacheError` that shows the address without its password.
 */
export function parseServerAddress(text: string, option: string): ServerAddress {
  const match = ADDRESS.exec(text.trim())
  const [, username, password, ipv6, name, portText] = match ?? []
  const host = ipv6 ?? name
  const port = portText === undefined ? DEFAULT_PORT : Number(portText)
  // Half of the credentials would be left out, silently.
  if (host === undefined || port < 1 || port > 65_535 || !username !== !password) {
    const shown = JSON.stringify(text.replace(/.*@/s, "***@"))
    throw new CacheError(
      "invalid_options",
      `medusa-plugin-memcached: option ${option}: expected host:port, for example "127.0.0.1:11211" or "[::1]:11211" (given: ${shown})`
    )
  }
  return { host, port, ...(username && password ? { username, password } : {}) }
}
