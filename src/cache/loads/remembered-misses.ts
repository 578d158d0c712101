import { type Hash, hashOfKey } from "../support/hash"
import type { LogVersion } from "../log/tag-versions"
import type { Runtime } from "../support/runtime"

export interface MissLimits {
  /**
   * The time after which an open miss is forgotten, in milliseconds. A longer load that has lost its context is taken
   * for a write-through.
   */
  readonly rememberMs: number
  /** The most keys that are remembered. */
  readonly maxRemembered: number
}

/** The share of keys that is kept when there are too many. */
const KEPT_SHARE = 7 / 8

/** How often expired misses are removed. */
const SWEEP_MS = 10_000

/** How long a miss whose set may already have come stays in doubt: another set may have been taken for its own. */
export const USUAL_LOAD_MS = 10_000

/** Misses of one key within this time are remembered together. */
const TOGETHER_MS = 5_000

/** Misses of one key that came close together. */
export class Misses {
  readonly firstAt: number
  lastAt: number
  /** The number of misses without a set. */
  open = 1
  /** The oldest read version. Undefined is older than any version. */
  oldest: LogVersion | undefined

  constructor(now: number, readVersion: LogVersion | undefined) {
    this.firstAt = now
    this.lastAt = now
    this.oldest = readVersion
  }

  join(now: number, readVersion: LogVersion | undefined): void {
    this.lastAt = now
    this.open += 1
    this.oldest = older(this.oldest, readVersion)
  }

  /** Returns whether a set of unknown origin may belong to one of these misses. */
  isDoubtful(now: number, rememberMs: number): boolean {
    return now - this.lastAt < (this.open > 0 ? rememberMs : USUAL_LOAD_MS)
  }
}

/** The misses of a process, for sets that have lost their context. */
export class RememberedMisses {
  readonly #runtime: Runtime
  readonly #limits: MissLimits
  /**
   * Misses by hash of the key, ordered by their last miss, oldest first. Keys that collide share the older version,
   * which is safe.
   */
  readonly #byKey = new Map<Hash, Misses[]>()
  /** Until then, misses may have been forgotten for lack of room. */
  #forgetfulUntil = 0
  #nextSweepAt = 0

  constructor(runtime: Runtime, limits: MissLimits) {
    this.#runtime = runtime
    this.#limits = limits
  }

  add(key: string, readVersion: LogVersion | undefined): void {
    const now = this.#runtime.elapsed()
    const { rememberMs, maxRemembered } = this.#limits
    const hash = hashOfKey(key)
    const known = (this.#byKey.get(hash) ?? []).filter(({ lastAt }) => now - lastAt < rememberMs)
    const last = known.at(-1)
    if (last && now - last.firstAt < TOGETHER_MS) last.join(now, readVersion)
    else known.push(new Misses(now, readVersion))
    this.#byKey.delete(hash)
    this.#byKey.set(hash, known)
    if (this.#byKey.size > maxRemembered || now >= this.#nextSweepAt) this.#forgetOldest(now)
  }

  /**
   * Returns the oldest version that a set of the key may belong to. Undefined is older than any version. "none" means
   * that the set is a write-through.
   */
  oldestOf(key: string): LogVersion | undefined | "none" {
    const now = this.#runtime.elapsed()
    if (this.isForgetful(now)) return undefined
    const doubtful = this.#byKey
      .get(hashOfKey(key))
      ?.filter((misses) => misses.isDoubtful(now, this.#limits.rememberMs))
    return doubtful?.length ? doubtful.map(({ oldest }) => oldest).reduce(older) : "none"
  }

  /** Gives a set to one miss of the key. Nobody can tell which, so the first one is taken. */
  settleOne(key: string): void {
    const first = this.#byKey.get(hashOfKey(key))?.find(({ open }) => open > 0)
    if (first) first.open -= 1
  }

  /** Returns whether the miss of a set may have been forgotten. */
  protected isForgetful(now: number): boolean {
    return now < this.#forgetfulUntil
  }

  /** Forgets many at a time: to reach the first key, a Map's iterator steps over all keys that were deleted before. */
  #forgetOldest(now: number): void {
    const { rememberMs, maxRemembered } = this.#limits
    this.#nextSweepAt = now + SWEEP_MS
    const room = this.#byKey.size > maxRemembered ? Math.floor(maxRemembered * KEPT_SHARE) : maxRemembered
    for (const [oldest, misses] of this.#byKey) {
      const lastAt = misses.at(-1)?.lastAt ?? -Infinity
      const expired = now - lastAt >= rememberMs
      if (!expired && this.#byKey.size <= room) break
      this.#byKey.delete(oldest)
      if (!expired) this.#forgetfulUntil = Math.max(this.#forgetfulUntil, lastAt + rememberMs)
    }
  }
}

/**
 * Returns the older version. Versions of two epochs cannot be ordered, so the result is then undefined, which is older
 * than any.
 */
export function older(a: LogVersion | undefined, b: LogVersion | undefined): LogVersion | undefined {
  if (!a || !b || a.epoch !== b.epoch) return undefined
  return a.version <= b.version ? a : b
}
