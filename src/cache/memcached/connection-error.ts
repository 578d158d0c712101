import type { PeerCertificate, TLSSocket } from "node:tls"
import { CacheError, type CacheErrorCode } from "../support/errors"
import { printable } from "../support/logger"
import { isTime } from "../support/figure"
import { connectSocket } from "./connect-socket"
import type { Protocol, ResolvedServerOptions } from "./server-options"

/** Describes what went wrong with a connection, in words that someone can act on. Messages never contain passwords. */

/** A TLS alert or handshake (RFC 8446, section 5.1). */
const TLS_RECORD = /^[\x15\x16]\x03/

/**
 * Sent before anything else, even TLS, and followed by the end of the connection (memcached.c, `dispatch_conn_new`).
 */
const NO_CONNECTION_LEFT = /^ERROR Too many open connections/

/** The answer to anything before the password, with `-Y`. The binary protocol is then off (proto_text.c). */
const TEXT_AUTHENTICATION = /^CLIENT_ERROR unauthenticated/

const MEMCACHED_IN_TEXT = /^(VERSION|ERROR|CLIENT_ERROR|SERVER_ERROR)\b/

const OTHERS: readonly { readonly starts: RegExp; readonly found: string }[] = [
  { starts: /^[-+]/, found: "looks like Redis" },
  { starts: /^HTTP\//, found: "is an HTTP server" },
]

export function speaksTls(id: string): CacheError {
  return new CacheError("tls_mismatch", `${id} speaks TLS, but the tls option is not set. Set it`)
}

export function speaksPlainText(id: string): CacheError {
  return new CacheError("tls_mismatch", `${id} does not speak TLS, but the tls option is set. Remove it`)
}

export function authenticationFailed({ id, username, password }: ResolvedServerOptions): CacheError {
  return new CacheError(
    "authentication_failed",
    username !== undefined && password !== undefined
      ? `${id} refused the user name or password. Check the options username and password`
      : `${id} requires a user name and password. Set the options username and password`
  )
}

/** Names what was found instead of the protocol that was spoken, judging by the first bytes that a server sent. */
export function foreignProtocol(options: ResolvedServerOptions, bytes: Buffer, spoken: Protocol): CacheError {
  const { id } = options
  const text = bytes.toString("latin1", 0, 40)
  if (TLS_RECORD.test(text)) {
    return speaksTls(id)
  }
  if (NO_CONNECTION_LEFT.test(text)) {
    return new CacheError("connection_limit", `${id} has no connections left. Raise its limit (-c)`)
  }
  if (TEXT_AUTHENTICATION.test(text)) {
    return spoken === "meta"
      ? authenticationFailed(options)
      : noBinaryProtocol(options, "was started with -Y, which disables the binary protocol")
  }
  if (MEMCACHED_IN_TEXT.test(text)) {
    return spoken === "meta"
      ? noMetaProtocol(options)
      : noBinaryProtocol(options, "does not speak Memcached's binary protocol")
  }
  const found = OTHERS.find(({ starts }) => starts.test(text))?.found ?? "answers in an unknown protocol"
  return new CacheError("foreign_protocol", `${id} ${found}. Give the address of a Memcached server`)
}

function noBinaryProtocol({ id, protocol }: ResolvedServerOptions, found: string): CacheError {
  const advice = protocol === "binary" ? '. Set the option protocol to "auto" or "meta"' : ""
  return new CacheError("foreign_protocol", `${id} ${found}${advice}`)
}

/** The server does not speak the meta protocol, or one that is too old. */
export function noMetaProtocol({ id, protocol }: ResolvedServerOptions, version?: string): CacheError {
  const found =
    version === undefined
      ? "does not speak Memcached's meta protocol"
      : `is memcached ${printable(version, MAX_REASON_CHARS)}`
  const advice =
    protocol === "meta"
      ? 'The meta protocol needs memcached 1.6.10 or later. Set the option protocol to "auto" or "binary"'
      : "Update it to memcached 1.6.10 or later, or allow its binary protocol"
  return new CacheError("foreign_protocol", `${id} ${found}. ${advice}`)
}

/** A command of memjs that has no form in the meta protocol. */
export const notInMeta = (id: string): CacheError =>
  new CacheError(
    "server_error",
    `${id} does not take this command in the meta protocol. Set the option protocol to "binary"`
  )

/** Errors that say the least of what is wrong. */
const VAGUE: ReadonlySet<CacheErrorCode> = new Set(["unreachable", "foreign_protocol", "server_error"])

/**
 * Returns whether a server whose handshake failed may still speak the other protocol. In the binary protocol only
 * Memcached asks for a password; in text, services have logins of their own.
 */
export const leavesOther = ({ code }: CacheError, spoken: Protocol): boolean =>
  VAGUE.has(code) || (code === "authentication_failed" && spoken === "meta")

/** How much an error says of what is wrong. */
const specificityOf = ({ code }: CacheError): number =>
  code === "unreachable" ? 0 : code === "server_error" ? 1 : VAGUE.has(code) ? 2 : 3

/**
 * Returns the error that helps more when a server was tried in two protocols. Of two that say as little it is the first,
 * which is the one of the preferred protocol.
 */
export const moreTelling = (first: CacheError | undefined, second: CacheError): CacheError =>
  first && VAGUE.has(second.code) && specificityOf(first) >= specificityOf(second) ? first : second

/** The connection got out of step, or somebody tampers with it. */
export function strayResponse(id: string): CacheError {
  return new CacheError("server_error", `${id} sent a response that belongs to no command. The connection was closed`)
}

/** OpenSSL's codes for an answer that is no TLS record. */
const NOT_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/

/** Node.js's codes for certificates and keys that it cannot use, raised before it connects. */
const UNUSABLE_TLS_OPTIONS = /^ERR_(OSSL_|INVALID_ARG_|TLS_INVALID_)/

/** Translates an error of the socket. */
export function socketError(options: ResolvedServerOptions, cause: unknown, isHandshake: boolean): CacheError {
  const { id } = options
  const code = errorCode(cause)
  if (isHandshake && NOT_TLS.test(code)) {
    return answersWithoutTls(id, cause)
  }
  if (isHandshake && UNUSABLE_TLS_OPTIONS.test(code)) {
    const message = `${id}: the tls option is invalid (${code}). Check ca, cert, key and passphrase`
    return new CacheError("invalid_options", message, { cause })
  }
  const ofCertificate = isHandshake ? certificateError(options, code, cause) : undefined
  return (
    ofCertificate ?? new CacheError("unreachable", `${id} cannot be reached: ${CODE_TEXT[code] ?? code}`, { cause })
  )
}

/**
 * Covers a server without TLS and memcached at its connection limit. Only the diagnosis can distinguish them, not the
 * socket.
 */
function answersWithoutTls(id: string, cause: unknown): CacheError {
  const message = `${id} answers without TLS, but the tls option is set. Remove it, or raise the server's connection limit (-c)`
  return new CacheError("tls_mismatch", message, { cause })
}

const CODE_TEXT: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing is listening on this port (ECONNREFUSED)",
  ENOTFOUND: "the host name was not found (ENOTFOUND)",
  ECONNRESET: "the connection was reset (ECONNRESET)",
  ETIMEDOUT: "the connection timed out (ETIMEDOUT)",
}

/** The length limit of a reason without a code. */
const MAX_REASON_CHARS = 100

function errorCode(cause: unknown): string {
  if (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string") {
    return cause.code
  }
  return printable(cause instanceof Error ? cause.message : String(cause), MAX_REASON_CHARS)
}

/** A problem with a certificate, grouped by its remedy. */
interface Problem {
  readonly codes: RegExp
  readonly kind: CacheErrorCode
  readonly found: (options: ResolvedServerOptions) => string
  readonly advice: string
}

/**
 * Codes of node:tls ("X509 certificate error codes") and its checkServerIdentity, then alerts about our own
 * certificate.
 */
const PROBLEMS: readonly Problem[] = [
  {
    codes: /^CERT_HAS_EXPIRED$/,
    kind: "certificate_expired",
    found: () => "presented an expired certificate",
    advice: "Renew the certificate",
  },
  {
    codes: /^CERT_NOT_YET_VALID$/,
    kind: "certificate_expired",
    found: () => "presented a certificate that is not valid yet",
    advice: "Check the clocks of both machines",
  },
  {
    codes: /^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/,
    kind: "certificate_wrong_name",
    found: ({ host, tls }) =>
      `presented a certificate that is not valid for ${(typeof tls === "object" ? tls.servername : undefined) ?? host}`,
    advice: "Connect with a name that the certificate is valid for, or set that name as tls.servername",
  },
  {
    codes: /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
    kind: "certificate_not_trusted",
    found: () => "presented a self-signed certificate",
    advice: "Pass the certificate as tls.ca",
  },
  {
    codes: /^(SELF_SIGNED_CERT_IN_CHAIN|CERT_UNTRUSTED)$/,
    kind: "certificate_not_trusted",
    found: () => "presented a certificate of an authority that is not trusted",
    advice: "Pass the authority's certificate as tls.ca",
  },
  {
    codes: /^(UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_GET_ISSUER_CERT_LOCALLY|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/,
    kind: "certificate_not_trusted",
    found: () => "presented a certificate without that of its issuer",
    advice: "Configure the server to send the whole chain, or pass the issuer's certificate as tls.ca",
  },
  {
    codes: /^(UNABLE_TO_|CERT_|CRL_|ERROR_IN_C|INVALID_CA|PATH_LENGTH_|INVALID_PURPOSE|ERR_TLS_CERT_|UNSPECIFIED)/,
    kind: "certificate_not_trusted",
    found: () => "presented an invalid certificate",
    advice: "Replace the certificate",
  },
  {
    codes: /^ERR_SSL_.*ALERT_(.*CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED)/,
    kind: "certificate_refused",
    found: () => "requires a client certificate, or does not trust the one that it received",
    advice: "Check tls.cert and tls.key",
  },
]

/** Returns why a TLS handshake failed, if a certificate was the reason. */
function certificateError(options: ResolvedServerOptions, code: string, cause: unknown): CacheError | undefined {
  const problem = PROBLEMS.find(({ codes }) => codes.test(code))
  if (problem === undefined) return undefined
  const message = `${options.id} ${problem.found(options)} (${code}). ${problem.advice}`
  return new CacheError(problem.kind, message, { cause })
}

/**
 * Adds to an error the time from which, or until which, the certificate is valid. No socket error has it, so the
 * certificate is fetched on a separate connection, on which nothing is sent.
 */
export async function withDates(options: ResolvedServerOptions, error: CacheError): Promise<CacheError> {
  const chain = await chainOf(options)
  const now = options.runtime.now()
  const expiredAt = chain.map(({ valid_to }) => Date.parse(valid_to)).find((time) => isTime(time) && time < now)
  const validFrom = chain.map(({ valid_from }) => Date.parse(valid_from)).find((time) => isTime(time) && time > now)
  const { cause } = error
  if (expiredAt !== undefined) {
    const message = `${options.id} presented a certificate that expired at ${isoOf(expiredAt)}. Renew the certificate`
    return new CacheError(error.code, message, { cause })
  }
  if (validFrom !== undefined) {
    const message =
      `${options.id} presented a certificate that is not valid before ${isoOf(validFrom)}. ` +
      `Check the clocks of both machines (it is ${isoOf(now)} on this one)`
    return new CacheError(error.code, message, { cause })
  }
  return error
}

const isoOf = (timeMs: number): string => new Date(timeMs).toISOString()

/**
 * Fetches the server's certificate, its issuer's, and so on as far as the server shows them. Resolves with none when
 * that takes too long.
 */
function chainOf(options: ResolvedServerOptions): Promise<PeerCertificate[]> {
  const { host, port, tls, connectTimeoutMs } = options
  return new Promise((resolve) => {
    const chain = new Set<PeerCertificate>()
    const unchecked = { ...(typeof tls === "object" ? tls : {}), rejectUnauthorized: false }
    const socket = connectSocket({ host, port, tls: unchecked }) as TLSSocket
    const timer = setTimeout(() => socket.destroy(), connectTimeoutMs)
    socket.once("secureConnect", () => {
      let certificate = socket.getPeerCertificate(true)
      // The last certificate is its own issuer.
      while (isObject(certificate) && !chain.has(certificate)) {
        chain.add(certificate)
        certificate = certificate.issuerCertificate
      }
      socket.destroy()
    })
    // An error is always followed by "close".
    socket.on("error", () => undefined)
    socket.on("close", () => {
      clearTimeout(timer)
      resolve([...chain])
    })
  })
}

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null
