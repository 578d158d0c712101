import { parseArgs } from "node:util"
import { CacheError, type ServerOptions } from "../../cache"
import { parseServerAddress, type ServerAddress } from "../../providers/memcached/server-address"
import { millisecondsOf } from "../arguments"
import { COMMON_OPTIONS, COMMON_USAGE } from "../command"

export const USAGE = `medusa-memcached check [host:port …]

Checks whether medusa-plugin-memcached can use a Memcached server, and says what to do if it cannot.
Without an address, it checks the servers in MEMCACHED_SERVERS (comma-separated), or else 127.0.0.1:11211.

  --server host:port   same as an address alone; may be repeated
  --user name          User name; the password is taken from the variable MEMCACHED_PASSWORD
  --tls                use TLS; NODE_EXTRA_CA_CERTS=file adds your own certificate authority
  --timeout ms         the provider option timeoutMs (default: 500)
${COMMON_USAGE}

The exit code is 0 if every server can be used, otherwise 1.`

const DEFAULT_SERVERS = "127.0.0.1:11211"
const DEFAULT_TIMEOUT_MS = 500
const MAX_TIMEOUT_MS = 60_000
/** The provider's default. */
const CONNECT_TIMEOUT_MS = 1_000

export const OPTIONS = {
  server: { type: "string", multiple: true },
  user: { type: "string" },
  tls: { type: "boolean" },
  timeout: { type: "string" },
} as const

/** Reads the servers to check from the arguments. Throws when these are invalid, without showing secrets. */
export function readRequest(args: readonly string[], environment: NodeJS.ProcessEnv): ServerOptions[] {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { ...OPTIONS, ...COMMON_OPTIONS },
    allowPositionals: true,
  })
  const timeoutMs = millisecondsOf(values.timeout, DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS)
  const shared = {
    ...credentialsOf(values.user, environment),
    ...(values.tls === true ? { tls: true } : {}),
    timeoutMs,
    connectTimeoutMs: Math.max(CONNECT_TIMEOUT_MS, timeoutMs),
  }
  return addressesOf([...positionals, ...(values.server ?? [])], environment).map((address) => ({
    ...shared,
    ...address,
  }))
}

function addressesOf(given: readonly string[], environment: NodeJS.ProcessEnv): ServerAddress[] {
  if (given.some((text) => text.includes("@"))) {
    throw new CacheError(
      "invalid_options",
      "Other users of this machine can read a password on the command line. Use --user and MEMCACHED_PASSWORD"
    )
  }
  if (given.length > 0) return given.map((text) => parseServerAddress(text, "--server"))
  const known = (environment.MEMCACHED_SERVERS ?? "").trim() || DEFAULT_SERVERS
  const parts = known.split(",")
  const withPassword = parts.filter((part) => part.includes("@")).length
  try {
    if (withPassword === 0 || withPassword === parts.length) {
      return parts.map((text) => parseServerAddress(text, "MEMCACHED_SERVERS"))
    }
  } catch (error) {
    if (withPassword === 0) throw error
  }
  // The value is not shown: with a comma in the password, the part before the comma looks like an address.
  throw new CacheError(
    "invalid_options",
    "MEMCACHED_SERVERS: expected host:port or user:password@host:port for each server, separated by commas. " +
      "For a password that contains a comma, use --user and MEMCACHED_PASSWORD"
  )
}

function credentialsOf(username: string | undefined, environment: NodeJS.ProcessEnv): Partial<ServerOptions> {
  if (username === undefined) return {}
  const password = environment.MEMCACHED_PASSWORD
  if (username === "" || password === undefined || password === "") {
    throw new CacheError(
      "invalid_options",
      "--user requires a name, and the password in the variable MEMCACHED_PASSWORD"
    )
  }
  return { username, password }
}
