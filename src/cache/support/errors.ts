/** The kind of an error, for callers to switch on and for searches in logs. */
export type CacheErrorCode =
  /** The server could not be reached: refused, reset, timed out, or its circuit is open. */
  | "unreachable"
  /** The server answers, but in no protocol that may be spoken to it. */
  | "foreign_protocol"
  /** The port speaks TLS and the configuration does not, or the other way round. */
  | "tls_mismatch"
  /** The server refused the user name or password. */
  | "authentication_failed"
  /** The server takes no more connections. */
  | "connection_limit"
  /** The server's certificate is no longer valid, or not yet. */
  | "certificate_expired"
  | "certificate_wrong_name"
  /** The server's certificate is of an unknown authority, or unacceptable for another reason. */
  | "certificate_not_trusted"
  /** The server rejects the client's certificate, or requires one. */
  | "certificate_refused"
  /** The address leads to several servers. */
  | "several_servers"
  /** The server answered a command with an error, or with something that is no answer to it. */
  | "server_error"
  /** The cache was closed. */
  | "closed"
  /** An option is wrong. Thrown at boot. What only OpenSSL can check is found when it connects. */
  | "invalid_options"

/** The error class of this package. Transport errors never leave the cache: they become misses. */
export class CacheError extends Error {
  readonly code: CacheErrorCode

  constructor(code: CacheErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = "CacheError"
    this.code = code
  }
}

/**
 * Reports an error that must neither be thrown nor go unnoticed. Node prints a process warning, and monitoring can
 * listen to it.
 */
export function warnOfBug(error: unknown, type: string): void {
  const [message, detail] = error instanceof Error ? [error.message, error.stack] : [String(error), undefined]
  process.emitWarning(message, { type, detail })
}
