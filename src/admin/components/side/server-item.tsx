import { Badge, StatusBadge } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { AdminCacheServer } from "../../../types/http"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { CodeText } from "../common/code-text"
import { Meter } from "../common/meter"
import { TimeAgo } from "../common/time-ago"
import { ServerFacts } from "./server-facts"

const COLORS = { ready: "green", idle: "grey", connecting: "orange", down: "red", closed: "grey" } as const

export function ServerItem({ server }: { readonly server: AdminCacheServer }) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const { stats } = server
  return (
    <li className="flex flex-col gap-y-3 px-6 py-4" data-server={server.id}>
      <div className="flex items-center justify-between gap-x-3">
        <div className="flex min-w-0 items-center gap-x-2">
          <CodeText text={server.id} className="text-ui-fg-base" />
          {server.holds_log && (
            <Badge size="2xsmall" title={t("servers.logHint")}>
              {t("servers.log")}
            </Badge>
          )}
        </div>
        <StatusBadge color={COLORS[server.state]}>{t(`servers.state.${server.state}`)}</StatusBadge>
      </div>
      {server.reason !== null && (
        <p className="txt-small text-ui-fg-subtle break-words">
          {server.reason}
          {server.down_since !== null && (
            <>
              {" · "}
              <TimeAgo time={server.down_since} />
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
              isWarning={stats.memory_used_bytes / stats.memory_limit_bytes >= 0.95 && stats.evictions > 0}
            />
          </div>
          <ServerFacts stats={stats} />
        </>
      )}
    </li>
  )
}
