import type { Meter } from "@medusajs/framework/opentelemetry/api"
import type { Cache } from "../cache"
import { CLEAR_KIND, OUTCOME, PROVIDER, REASON } from "./attributes"

/** Meters that have their callback already: the loader runs more than once in a process. */
const observed = new WeakSet<Meter>()

/**
 * Registers counters of this process. They are read from the engine's own statistics when the shop's exporter collects.
 * So they cost a lookup nothing, and they include calls through the admin routes.
 */
export function observeCaches(meter: Meter, caches: () => ReadonlyMap<string, Cache>): void {
  if (observed.has(meter)) return
  observed.add(meter)
  const lookups = meter.createObservableCounter("cache.lookups", {
    unit: "{lookup}",
    description: "Lookups by key, by outcome and by the reason of a miss",
  })
  const sets = meter.createObservableCounter("cache.sets", {
    unit: "{set}",
    description: "Sets, by outcome and by the reason of a refusal",
  })
  const clears = meter.createObservableCounter("cache.clears", { unit: "{clear}", description: "Calls to clear" })
  const pending = meter.createObservableCounter("cache.clears.pending", {
    unit: "{clear}",
    description: "Calls to clear that returned before the clear reached Memcached",
  })
  meter.addBatchObservableCallback(
    (result) => {
      for (const [id, cache] of caches()) {
        const counted = cache.insight.statistics.snapshot()
        const provider = { [PROVIDER]: id }
        result.observe(lookups, counted.hits, { ...provider, [OUTCOME]: "hit" })
        for (const [reason, count] of Object.entries(counted.misses)) {
          result.observe(lookups, count, { ...provider, [OUTCOME]: "miss", [REASON]: reason })
        }
        result.observe(sets, counted.sets, { ...provider, [OUTCOME]: "stored" })
        for (const [reason, count] of Object.entries(counted.refused)) {
          result.observe(sets, count, { ...provider, [OUTCOME]: "refused", [REASON]: reason })
        }
        result.observe(clears, counted.clears.explicit, { ...provider, [CLEAR_KIND]: "explicit" })
        result.observe(clears, counted.clears.automatic, { ...provider, [CLEAR_KIND]: "automatic" })
        result.observe(pending, counted.clears.pending, provider)
      }
    },
    [lookups, sets, clears, pending]
  )
}
