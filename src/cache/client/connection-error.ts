import { CacheError } from "../errors"
import type { ResolvedServerOptions } from "./server-options"

/**
 * Says what went wrong with a connection in words that someone can act on. Passwords never appear in a message.
 */

/** An alert or a handshake (RFC 8446, section 5.1). */
const TLS_RECORD = /^[\x15\x16]\x03/

const PROTOCOLS: readonly { readonly starts: RegExp; readonly found: string }[] = [
  { starts: /^(VERSION|ERROR|CLIENT_ERROR|SERVER_ERROR)\b/, found: "speaks Memcached's text protocol only" },
  { starts: /^[-+]/, found: "looks like Redis" },
  { starts: /^HTTP\//, found: "is an HTTP server" },
]

const NO_BINARY_PROTOCOL_ADVICE =
  "This plugin needs Memcached's binary protocol: start memcached with -B auto (the default) or -B binary, " +
  "and do not put a text-only proxy in front of it. ElastiCache Serverless does not offer the binary protocol and " +
  "cannot be used; a node-based ElastiCache cluster can"

export function speaksTls(id: string): CacheError {
  return new CacheError("tls_mismatch", `${id} speaks TLS, but the tls option is not set: set it`)
}

export function speaksPlainText(id: string, cause?: unknown): CacheError {
  return new CacheError("tls_mismatch", `${id} does not speak TLS, but the tls option is set: remove it`, { cause })
}

export function authenticationFailed({ id, username, password }: ResolvedServerOptions): CacheError {
  return new CacheError(
    "authentication_failed",
    username !== undefined && password !== undefined
      ? `${id} refused the user name or password: check the username and password options`
      : `${id} asks for a user name and password: set the username and password options`
  )
}

/** What was found instead of Memcached's binary protocol, told from the first bytes that a server sent. */
export function foreignProtocol(id: string, bytes: Buffer): CacheError {
  const text = bytes.toString("latin1", 0, 40)
  if (TLS_RECORD.test(text)) {
    return speaksTls(id)
  }
  const found = PROTOCOLS.find(({ starts }) => starts.test(text))?.found ?? "answers in an unknown protocol"
  return new CacheError("no_binary_protocol", `${id} ${found}. ${NO_BINARY_PROTOCOL_ADVICE}`)
}

/** The connection lost its place, or somebody tampers with it. */
export function strayResponse(id: string): CacheError {
  return new CacheError("server_error", `${id} sent what is no answer to any command: the connection was dropped`)
}

/** What OpenSSL says when the other side answers with something that is no TLS record. */
const NOT_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/

const CERTIFICATE_NOT_TRUSTED = /^(?!ERR_SSL_).*(CERT|ALTNAME|SIGNATURE|ISSUER)/

/** What the socket reported. */
export function socketError(id: string, cause: unknown, isHandshake: boolean): CacheError {
  const code = errorCode(cause)
  if (isHandshake && NOT_TLS.test(code)) {
    return speaksPlainText(id, cause)
  }
  if (isHandshake && CERTIFICATE_NOT_TRUSTED.test(code)) {
    return new CacheError(
      "unreachable",
      `${id} shows a certificate that is not trusted (${code}): pass its authority as tls.ca, or use the name it is for`,
      { cause }
    )
  }
  return new CacheError("unreachable", `${id} cannot be reached: ${CODE_TEXT[code] ?? code}`, { cause })
}

const CODE_TEXT: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there (ECONNREFUSED)",
  ENOTFOUND: "its name is not known (ENOTFOUND)",
  ECONNRESET: "it reset the connection (ECONNRESET)",
  ETIMEDOUT: "no answer (ETIMEDOUT)",
}

function errorCode(cause: unknown): string {
  if (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string") {
    return cause.code
  }
  return cause instanceof Error ? cause.message : String(cause)
}
