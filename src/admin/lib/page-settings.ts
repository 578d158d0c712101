import type { CacheRange } from "../../types/http"

/** In seconds; 0 is off. */
export const REFRESH_CHOICES = [0, 15, 60] as const
export type RefreshChoice = (typeof REFRESH_CHOICES)[number]

const DEFAULT_CHOICE: RefreshChoice = 15
const AFTER_ERROR_SECONDS = 60

interface RefreshState {
  /** A dialog is open: what it speaks of should not move under it. */
  readonly isPaused: boolean
  readonly hasFailed: boolean
}

/** How long until the page asks again. false: not by itself. A server in trouble is asked less often. */
export function refreshIntervalMs(choice: RefreshChoice, { isPaused, hasFailed }: RefreshState): number | false {
  if (choice === 0 || isPaused) {
    return false
  }
  return (hasFailed ? Math.max(choice, AFTER_ERROR_SECONDS) : choice) * 1000
}

/** The choice as it was kept, or the usual one. */
export function readRefreshChoice(kept: string | null): RefreshChoice {
  return REFRESH_CHOICES.find((choice) => String(choice) === kept) ?? DEFAULT_CHOICE
}

export const CACHE_RANGES: readonly CacheRange[] = ["1h", "6h", "24h", "7d"]
export const DEFAULT_RANGE: CacheRange = "1h"

/** The range that the address of the page asks for. */
export function readRange(params: URLSearchParams): CacheRange {
  const asked = params.get("range")
  return CACHE_RANGES.find((range) => range === asked) ?? DEFAULT_RANGE
}
