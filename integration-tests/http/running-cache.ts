import type { StatisticsSnapshot } from "../../src/cache"
import { eventually } from "../../testing/eventually"
import { runningCaches } from "../contract/memcached-subject"

/** Far beyond what it takes, for a machine that is busy. */
const WARM_TIMEOUT_MS = 60_000

interface CountingCache {
  readonly insight: { readonly statistics: { snapshot(): StatisticsSnapshot } }
}

/** What the engine of the application has counted so far. */
export function countersOf(providerId: string): StatisticsSnapshot {
  const cache = runningCaches().get(providerId) as unknown as CountingCache | undefined
  if (cache === undefined) throw new Error(`No cache runs for the provider "${providerId}"`)
  return cache.insight.statistics.snapshot()
}

function missesOf(counters: StatisticsSnapshot): number {
  return Object.values(counters.misses).reduce((sum, count) => sum + count, 0)
}

/** Asks until everything that a request needs comes from the cache: stores are not awaited by Medusa. */
export async function untilCached<T>(providerId: string, ask: () => Promise<T>): Promise<T> {
  const { page } = await eventually(
    async () => {
      const before = countersOf(providerId)
      const page = await ask()
      const after = countersOf(providerId)
      return { page, hits: after.hits - before.hits, misses: missesOf(after) - missesOf(before) }
    },
    ({ hits, misses }) => hits > 0 && misses === 0,
    WARM_TIMEOUT_MS
  )
  return page
}
