import type { CacheErrorCode } from "../support/errors"

/** The delay from which the others double, in milliseconds. */
const FIRST_DELAY_MS = 50

/** The longest delay, and so the time within which a recovered server is noticed, in milliseconds. */
const MAX_DELAY_MS = 1000

/**
 * The longest delay after a refused password, in milliseconds. It will not become right by itself, and the server logs
 * each attempt.
 */
const MAX_AUTHENTICATION_DELAY_MS = 30_000

/**
 * Returns how long to wait before the next attempt after this many failures in a row, in milliseconds: 0, 50, 100, 200
 * …
 */
export function probeDelayMs(failures: number, reason: CacheErrorCode): number {
  const maxDelayMs = reason === "authentication_failed" ? MAX_AUTHENTICATION_DELAY_MS : MAX_DELAY_MS
  return failures <= 1 ? 0 : Math.min(FIRST_DELAY_MS * 2 ** (failures - 2), maxDelayMs)
}
