import type { Entry } from "../codec/entry"
import { RecentMap } from "../support/recent-map"

/** An answer as this process has read it. */
export interface NearCopy {
  readonly entry: Entry
  /** Always the same buffer, so that what is made of it can be kept beside it. */
  readonly payload: Buffer
  readonly sizeBytes: number
  /** When it is read again, by `Runtime.elapsed()`. */
  readonly dueAt: number
}

/**
 * How long a copy is used before the entry is read again, in milliseconds. It keeps the entry from becoming the least
 * recently used one of its server, and bounds what a wrong clock can do to an expiry.
 */
const MAX_AGE_MS = 30_000

/** What a copy takes besides its bytes. */
const OVERHEAD_BYTES = 600

/** A single copy may take this part of the memory. */
const LARGEST_PART = 1 / 8

/**
 * Copies of answers in the memory of this process. They save the transfer and nothing else: a lookup reads the log anew
 * and judges the copy by it, as it would judge the entry. What it cannot see is that another process has stored a newer
 * entry, so it is for entries that are stored after misses only, where the older one is as valid as the newer.
 */
export class NearCache {
  readonly #copies: RecentMap<string, NearCopy>
  readonly #largestBytes: number

  /** With 0 bytes nothing is kept. */
  constructor(maxBytes: number) {
    this.#copies = new RecentMap(maxBytes, ({ sizeBytes }) => sizeBytes)
    this.#largestBytes = maxBytes * LARGEST_PART
  }

  /** Returns a copy that has not expired. The times are those of `Runtime.now()` and `Runtime.elapsed()`. */
  get(key: string, nowMs: number, elapsed: number): NearCopy | undefined {
    const copy = this.#copies.get(key)
    if (!copy) return undefined
    const { expiresAtMs } = copy.entry
    if (copy.dueAt > elapsed && (expiresAtMs === 0 || expiresAtMs > nowMs)) return copy
    this.#copies.delete(key)
    return undefined
  }

  /** Copies an entry, and returns its payload: the copy's, or a buffer of its own if it is too large to be kept. */
  keep(key: string, entry: Entry, elapsed: number): Buffer {
    const sizeBytes = entry.bytes + 2 * key.length + OVERHEAD_BYTES
    if (sizeBytes > this.#largestBytes) return Buffer.from(entry.payload.bytes)
    const copied = entry.copy()
    const payload = copied.payload.bytes
    this.#copies.set(key, { entry: copied, payload, sizeBytes, dueAt: elapsed + MAX_AGE_MS })
    return payload
  }

  delete(key: string): void {
    this.#copies.delete(key)
  }
}
