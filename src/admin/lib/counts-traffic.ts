import type { AdminCacheProvider } from "../../types/http"

/** Whether there can be figures: with the option `statistics` off nothing is counted for the page, however busy the cache is. */
export function countsTraffic(providers: readonly Pick<AdminCacheProvider, "is_default" | "configuration">[]): boolean {
  const shown = providers.find(({ is_default }) => is_default) ?? providers[0]
  const statistics: unknown = shown?.configuration.statistics
  return !(
    typeof statistics === "object" &&
    statistics !== null &&
    "enabled" in statistics &&
    statistics.enabled === false
  )
}
