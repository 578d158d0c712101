import { type Hash, hashOfKey } from "./hash"
import type { LogVersion } from "./log/tag-versions"
import type { Runtime } from "./runtime"

export interface MissLimits {
  /** Loads that take longer and have lost their context are taken for write-throughs, in milliseconds. */
  readonly rememberMs: number
  /** Keys. */
  readonly maxRemembered: number
}

/** What is left of them when there are too many. */
const KEPT_SHARE = 7 / 8

/** How often expired ones are looked for. */
const SWEEP_MS = 10_000

/** A miss whose set may already have come is in doubt for this long: another set may have been taken for its own. */
export const USUAL_LOAD_MS = 10_000

/** Misses of one key in this time are remembered together. */
const TOGETHER_MS = 5_000

/** Misses of one key that came together. */
export class Misses {
  readonly firstAt: number
  lastAt: number
  /** Without a set. */
  open = 1
  /** undefined is older than any. */
  oldest: LogVersion | undefined

  constructor(now: number, readVersion: LogVersion | undefined) {
    this.firstAt = now
    this.lastAt = now
    this.oldest = readVersion
  }

  /** One more. */
  join(now: number, readVersion: LogVersion | undefined): void {
    this.lastAt = now
    this.open += 1
    this.oldest = older(this.oldest, readVersion)
  }

  /** Whether a set that nothing is known of may belong to one of them. */
  isDoubtful(now: number, rememberMs: number): boolean {
    return now - this.lastAt < (this.open > 0 ? rememberMs : USUAL_LOAD_MS)
  }
}

/** The misses of a process, for sets that have lost their context. */
export class RememberedMisses {
  readonly #runtime: Runtime
  readonly #limits: MissLimits
  /** By hash of the key, in the order of the last miss; oldest first. Keys that collide share the older version, which is safe. */
  readonly #byKey = new Map<Hash, Misses[]>()
  /** While it lasts, misses may have been forgotten for lack of room. */
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

  /** The oldest version that a set of the key may belong to; undefined is older than any. "none": it is a write-through. */
  oldestOf(key: string): LogVersion | undefined | "none" {
    const now = this.#runtime.elapsed()
    if (this.isForgetful(now)) return undefined
    const doubtful = this.#byKey
      .get(hashOfKey(key))
      ?.filter((misses) => misses.isDoubtful(now, this.#limits.rememberMs))
    return doubtful?.length ? doubtful.map(({ oldest }) => oldest).reduce(older) : "none"
  }

  /** One of the misses of the key has its set: the first one, as far as anybody can tell. */
  settleOne(key: string): void {
    const first = this.#byKey.get(hashOfKey(key))?.find(({ open }) => open > 0)
    if (first) first.open -= 1
  }

  /** Whether the miss that a set belongs to may have been forgotten. */
  protected isForgetful(now: number): boolean {
    return now < this.#forgetfulUntil
  }

  /** Many at a time: on its way to the first one, a Map's iterator steps over all that were deleted before. */
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

/** Versions of two epochs cannot be ordered, and the older log is dead: no read version is older than any. */
export function older(a: LogVersion | undefined, b: LogVersion | undefined): LogVersion | undefined {
  if (!a || !b || a.epoch !== b.epoch) return undefined
  return a.version <= b.version ? a : b
}
