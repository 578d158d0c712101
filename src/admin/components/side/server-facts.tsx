import { useTranslation } from "react-i18next"
import type { AdminCacheServerStats } from "../../../types/http"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"

/** What Memcached counts itself, for all who use it, since it was started. */
export function ServerFacts({ stats }: { readonly stats: AdminCacheServerStats }) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const gets = stats.get_hits + stats.get_misses
  const facts = [
    [t("servers.items"), format.count(stats.items)],
    [t("servers.evictions"), format.count(stats.evictions)],
    [t("servers.connections"), format.integer(stats.connections)],
    [t("servers.ping"), format.duration(stats.ping_ms)],
    [t("servers.getHits"), format.percent(gets === 0 ? null : stats.get_hits / gets)],
    [t("servers.itemLimit"), format.bytes(stats.item_size_max_bytes)],
    [t("servers.uptime"), format.duration(stats.uptime_seconds * 1000)],
    [t("servers.version"), stats.version],
  ] as const
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-1.5">
      {facts.map(([label, value]) => (
        <div key={label} className="txt-compact-small flex items-baseline justify-between gap-x-2">
          <dt className="text-ui-fg-subtle">{label}</dt>
          <dd className="whitespace-nowrap tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
