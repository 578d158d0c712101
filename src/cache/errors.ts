/** What went wrong, as a word that callers can switch on and that logs can be searched for. */
export type CacheErrorCode =
  /** The server could not be asked: refused, reset, timed out, or its circuit is open. */
  | "unreachable"
  /** The server answers, but not the binary protocol. */
  | "no_binary_protocol"
  /** The port speaks TLS and the configuration does not, or the other way round. */
  | "tls_mismatch"
  /** The server refused the user name or password. */
  | "authentication_failed"
  /** The server takes no more connections. */
  | "connection_limit"
  /** The server's certificate is not valid any more, or not yet. */
  | "certificate_expired"
  | "certificate_wrong_name"
  /** The server's certificate is of an unknown authority, or cannot be accepted for what it is. */
  | "certificate_not_trusted"
  /** The server does not accept the certificate of this side, or wants one. */
  | "certificate_refused"
  /** The address leads to several servers. */
  | "several_servers"
  /** The server answered a command with an error, or with what is no answer to it. */
  | "server_error"
  /** The cache was closed. */
  | "closed"
  /** An option is wrong. Thrown at boot, or for what only OpenSSL can read found when it connects. */
  | "invalid_options"

/** Every error of this package. Transport errors never leave the cache: they become misses. */
export class CacheError extends Error {
  readonly code: CacheErrorCode

  constructor(code: CacheErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = "CacheError"
    this.code = code
  }
}

/** For what must neither be thrown nor go unseen: Node prints a process warning, and monitoring can listen to it. */
export function warnOfBug(error: unknown, type: string): void {
  const [message, detail] = error instanceof Error ? [error.message, error.stack] : [String(error), undefined]
  process.emitWarning(message, { type, detail })
}
