/** The limit of relative times. Anything larger is a UNIX time (protocol.txt, "Expiration times"). */
const MAX_RELATIVE_SECONDS = 60 * 60 * 24 * 30

/**
 * The largest time on the wire, in 2038. A later one means never: memcached takes it for one in the past if it comes in the
 * meta protocol.
 */
const MAX_WIRE_SECONDS = 0x7fff_ffff

export interface Expiration {
  /** The value on the wire. */
  readonly wire: number
  /** A Unix time in milliseconds by the local clock; 0 for never. */
  readonly atMs: number
}

/**
 * Converts a TTL in seconds to Memcached's expiration time.
 *
 * - Fractions round up, since Memcached reads 0.4 as 0, and 0 as "never".
 * - 0 means "never".
 * - For a negative TTL, or one that is no number, it returns undefined: the data must not be stored.
 * - `capSeconds` 0 means no cap.
 */
export function expirationOf(ttlSeconds: number, nowMs: number, capSeconds: number): Expiration | undefined {
  // Negated on purpose: text in place of a number, in JavaScript, must not be stored for ever either.
  if (!(ttlSeconds >= 0)) return undefined
  const wanted = Math.ceil(ttlSeconds)
  const seconds = capSeconds > 0 ? Math.min(wanted === 0 ? Infinity : wanted, capSeconds) : wanted
  if (seconds === 0) return { wire: 0, atMs: 0 }
  const absolute = Math.ceil(nowMs / 1000) + seconds
  if (absolute > MAX_WIRE_SECONDS) return { wire: 0, atMs: 0 }
  return { wire: seconds <= MAX_RELATIVE_SECONDS ? seconds : absolute, atMs: Math.round(nowMs + seconds * 1000) }
}
