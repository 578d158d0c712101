/** protocol.txt, "Expiration times": up to 30 days is relative, anything larger is a UNIX time. */
const MAX_RELATIVE_SECONDS = 60 * 60 * 24 * 30

/** The wire has 32 bits; a time beyond 2106 is never. */
const MAX_WIRE_SECONDS = 0xffff_ffff

export interface Expiration {
  /** What goes over the wire. */
  readonly wire: number
  /** Unix time in milliseconds by the local clock; 0 for never. */
  readonly atMs: number
}

/**
 * From a TTL in seconds to Memcached's expiration time. Fractions round up, since Memcached reads 0.4 as 0 and 0 as
 * "never"; 0 is "never"; negative or not a number is undefined: not to be stored. `capSeconds` 0 is no cap.
 */
export function expirationOf(ttlSeconds: number, nowMs: number, capSeconds: number): Expiration | undefined {
  // Not the other way round: also a text in place of a number, in JavaScript, is not to be stored for ever.
  if (!(ttlSeconds >= 0)) return undefined
  const wanted = Math.ceil(ttlSeconds)
  const seconds = capSeconds > 0 ? Math.min(wanted === 0 ? Infinity : wanted, capSeconds) : wanted
  if (seconds === 0) return { wire: 0, atMs: 0 }
  const absolute = Math.ceil(nowMs / 1000) + seconds
  if (absolute > MAX_WIRE_SECONDS) return { wire: 0, atMs: 0 }
  return { wire: seconds <= MAX_RELATIVE_SECONDS ? seconds : absolute, atMs: Math.round(nowMs + seconds * 1000) }
}
