import type { StatisticsSnapshot } from "../../src/cache"
import { runningCaches } from "../contract/memcached-subject"

interface CountingCache {
  readonly statistics: { snapshot(): StatisticsSnapshot }
}

/** What the engine of the application has counted so far. */
export function countersOf(providerId: string): StatisticsSnapshot {
  const cache = runningCaches().get(providerId) as unknown as CountingCache | undefined
  if (cache === undefined) throw new Error(`No cache runs for the provider "${providerId}"`)
  return cache.statistics.snapshot()
}

export function missesOf(counters: StatisticsSnapshot): number {
  return Object.values(counters.misses).reduce((sum, count) => sum + count, 0)
}
