import type { AdminCacheEntityStats, AdminCacheMisses, AdminCacheStatsResponse } from "../../types/http"
import { OTHER_TYPES } from "./tags"

type CacheStats = AdminCacheStatsResponse["stats"]

export type MissCause = keyof AdminCacheMisses

export interface CauseCount {
  readonly cause: MissCause
  readonly count: number
  /** The share of all misses, 0 to 1. */
  readonly share: number
}

/** The causes of misses that have occurred, most frequent first. */
export function causesOf(misses: AdminCacheMisses): readonly CauseCount[] {
  const counted = Object.entries(misses) as [MissCause, number][]
  const total = counted.reduce((sum, [, count]) => sum + count, 0)
  return counted
    .filter(([, count]) => count > 0)
    .map(([cause, count]) => ({ cause, count, share: count / total }))
    .sort((a, b) => b.count - a.count)
}

/** Data that comes with every request and is built in no time. It is rarely what anybody looks for. */
export const isPlumbing = (entity: string): boolean => entity.startsWith("Link") || PLUMBING.has(entity)

const PLUMBING: ReadonlySet<string> = new Set(["ApiKey", "PriceSet", "PricePreference", OTHER_TYPES])

export interface Verdict {
  readonly kind: HitRateVerdict
  /** What the shop waits for most. Undefined without lookups of anything but plumbing. */
  readonly main: AdminCacheEntityStats | undefined
  /** Why lookups of it miss most, when that is worth a sentence. */
  readonly cause: CauseCount | undefined
}

/** Below this, a hit rate says more about chance than about the cache. */
const ENOUGH_LOOKUPS = 100
const LOW_HIT_RATE = 0.5

type HitRateVerdict = "none" | "few" | "low" | "good"

/** A cause of fewer misses than these is not worth a sentence. */
const NOTEWORTHY_SHARE = 0.2
const NOTEWORTHY_MISS_RATE = 0.02

/** What the page says first. */
export function verdictOf({ totals, by_entity: entities }: CacheStats): Verdict {
  const candidates = entities.filter(({ entity }) => !isPlumbing(entity))
  const [main] = [...candidates].sort((a, b) => weightOf(b) - weightOf(a))
  const [cause] = main === undefined ? [] : causesOf(main.misses).filter(({ cause }) => cause !== "refresh")
  const misses = main === undefined ? 0 : main.lookups - main.hits
  const isNoteworthy =
    cause !== undefined && cause.share >= NOTEWORTHY_SHARE && misses >= (main?.lookups ?? 0) * NOTEWORTHY_MISS_RATE
  return { kind: judge(main ?? totals), main, cause: isNoteworthy ? cause : undefined }
}

/** By the lookups that Memcached answered: after an outage, the page would call a cache that works again a bad one for an hour. */
function judge({ lookups, hits, misses }: Pick<AdminCacheEntityStats, "lookups" | "hits" | "misses">): HitRateVerdict {
  if (lookups === 0) {
    return "none"
  }
  const answered = lookups - misses.unreachable
  if (answered < ENOUGH_LOOKUPS) {
    return "few"
  }
  return hits / answered < LOW_HIT_RATE ? "low" : "good"
}

/** What all lookups would take without the cache. */
const weightOf = ({ lookups, build_ms: buildMs }: AdminCacheEntityStats): number => lookups * (buildMs ?? 1)

/** A rate as people count: 62 of 100. Rounded down, so that 99.9 % is not 100 of 100. */
export const ofHundred = (ratio: number): number => Math.floor(ratio * 100 + 1e-9)
