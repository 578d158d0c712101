import { Badge, StatusBadge } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { AdminCacheServer, AdminCacheServerStats } from "../../../types/http"
import { useCacheServers } from "../../hooks/use-cache"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { Card, FailedPart, Loading, Meter } from "../common/card"
import { CodeText, TimeAgo } from "../common/text"
import { Tip } from "../common/tip"

export function ServersCard() {
  const { t } = useTranslation(NAMESPACE)
  const { data, isPending, refetch } = useCacheServers()
  return (
    <Card title={t("servers.heading")} testId="cache-servers">
      {data !== undefined ? (
        <ul className="divide-y">
          {data.servers.map((server) => (
            <ServerItem key={server.id} server={server} isOnly={data.servers.length === 1} />
          ))}
        </ul>
      ) : isPending ? (
        <div className="px-6 py-4">
          <Loading className="h-[177px]" />
        </div>
      ) : (
        <FailedPart onRetry={refetch} />
      )}
    </Card>
  )
}

const COLORS = { ready: "green", idle: "grey", connecting: "orange", down: "red", closed: "grey" } as const

interface ServerItemProps {
  readonly server: AdminCacheServer
  readonly isOnly: boolean
}

function ServerItem({ server, isOnly }: ServerItemProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const { stats } = server
  return (
    <li className="flex flex-col gap-y-3 px-6 py-4" data-server={server.id}>
      <div className="flex items-center justify-between gap-x-3">
        <div className="flex min-w-0 items-center gap-x-2">
          <CodeText text={server.id} className="text-ui-fg-base" />
          {server.clears_pending && (
            <Tip content={t("servers.pendingHint")}>
              <Badge size="2xsmall" color="orange" className="whitespace-nowrap">
                {t("servers.pending")}
              </Badge>
            </Tip>
          )}
        </div>
        <StatusBadge color={COLORS[server.state]} className="shrink-0">
          {t(`servers.state.${server.state}`)}
        </StatusBadge>
      </div>
      {server.reason !== null && (
        <p className="txt-small text-ui-fg-subtle break-words">
          {server.reason}
          {server.down_since !== null && (
            <>
              {" · "}
              <TimeAgo time={server.down_since} isExact />
            </>
          )}
        </p>
      )}
      {stats !== null && (
        <>
          <div className="flex flex-col gap-y-1.5">
            <div className="txt-compact-small flex justify-between gap-x-4">
              <span className="text-ui-fg-subtle">{t("servers.memory")}</span>
              <span className="tabular-nums">
                {format.bytes(stats.memory_used_bytes)} {t("general.of")} {format.bytes(stats.memory_limit_bytes)}
              </span>
            </div>
            <Meter
              ratio={stats.memory_used_bytes / stats.memory_limit_bytes}
              label={t("servers.memoryOf", { server: server.id })}
              text={`${format.bytes(stats.memory_used_bytes)} ${t("general.of")} ${format.bytes(stats.memory_limit_bytes)}`}
              color={
                stats.memory_used_bytes / stats.memory_limit_bytes >= 0.95 && stats.evictions > 0 ? "orange" : "green"
              }
            />
          </div>
          <ServerFacts stats={stats} share={isOnly ? undefined : server.share_of_items} />
        </>
      )}
    </li>
  )
}

interface ServerFactsProps {
  readonly stats: AdminCacheServerStats
  /** Not shown when undefined. */
  readonly share: number | null | undefined
}

/** What Memcached counts itself, for all who use it, since it was started. */
function ServerFacts({ stats, share }: ServerFactsProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const facts = [
    [t("servers.items"), format.count(stats.items)],
    ...(share === undefined ? [] : [[t("servers.share"), format.percent(share)] as const]),
    [t("servers.evictions"), format.count(stats.evictions)],
    [t("servers.connections"), format.integer(stats.connections)],
    [t("servers.ping"), format.duration(stats.ping_ms)],
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
