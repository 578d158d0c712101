import type { CacheErrorCode } from "../errors"

/** Delays double from here, in milliseconds. */
const FIRST_DELAY_MS = 50

/** A server that comes back is noticed within this time, in milliseconds. */
const MAX_DELAY_MS = 1000

/** A refused password will not become right by itself, and each attempt is logged on the server, in milliseconds. */
const MAX_AUTHENTICATION_DELAY_MS = 30_000

/** How long to wait before the next look at a server that failed this often in a row: 0, 50, 100, 200 … */
export function probeDelayMs(failures: number, reason: CacheErrorCode): number {
  const maxDelayMs = reason === "authentication_failed" ? MAX_AUTHENTICATION_DELAY_MS : MAX_DELAY_MS
  return failures <= 1 ? 0 : Math.min(FIRST_DELAY_MS * 2 ** (failures - 2), maxDelayMs)
}
