import { Badge, StatusBadge } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import type { AdminCacheClear, AdminCacheInvalidation } from "../../../types/http"
import { useCacheClears, useInvalidations } from "../../hooks/use-cache"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { cacheApi } from "../../lib/cache-api"
import { Card, FailedPart, Loading } from "../common/card"
import { DownloadMenu } from "../common/download-menu"
import { ShowMore } from "../common/buttons"
import { ProgressBar } from "../common/progress-bar"
import { CodeText, TextLink, TimeAgo } from "../common/text"

const SHOWN_AT_FIRST = 6
const SHOWN_AT_MOST = 50

/** What was cleared lately, by whomever, and what is being cleared now. */
export function ClearsCard() {
  const { t } = useTranslation(NAMESPACE)
  const { data, isPending, refetch } = useCacheClears()
  const { data: workflows } = useInvalidations()
  const [isOpen, setIsOpen] = useState(false)
  const running = workflows?.invalidations.filter(({ state }) => state !== "done") ?? []
  const clears = data?.clears ?? []
  return (
    <Card
      title={t("clears.heading")}
      actions={<DownloadMenu name="cache-clears.csv" fetchCsv={cacheApi.clearsCsv} />}
      testId="cache-clears"
    >
      {running.length > 0 && (
        <ul className="divide-y">
          {running.map((invalidation) => (
            <li key={invalidation.id} className="px-6 py-4">
              <InvalidationLine invalidation={invalidation} />
            </li>
          ))}
        </ul>
      )}
      {data === undefined ? (
        isPending ? (
          <div className="px-6 py-4">
            <Loading className="h-10" count={4} />
          </div>
        ) : (
          <FailedPart onRetry={refetch} />
        )
      ) : clears.length === 0 ? (
        <p className="txt-small text-ui-fg-subtle px-6 py-4">{t("clears.empty")}</p>
      ) : (
        <ul className="divide-y">
          {clears.slice(0, isOpen ? SHOWN_AT_MOST : SHOWN_AT_FIRST).map((clear, index) => (
            <ClearLine key={`${clear.at}-${index}`} clear={clear} />
          ))}
        </ul>
      )}
      {clears.length > SHOWN_AT_FIRST && <ShowMore isOpen={isOpen} onChange={setIsOpen} />}
    </Card>
  )
}

/** One clear, or several that the clear history sums up: what events cleared within a few seconds, or the batches of a workflow. */
function ClearLine({ clear }: { readonly clear: AdminCacheClear }) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const [first] = clear.sample
  const who = clear.actor_name ?? t(`origin.${clear.origin}`)
  const more = clear.tags + clear.keys - 1
  return (
    <li className="flex flex-col gap-y-1 px-6 py-3">
      <div className="flex items-center justify-between gap-x-3">
        {clear.all ? (
          <span className="txt-compact-small-plus">{t("clears.everything")}</span>
        ) : (
          <span className="flex min-w-0 items-baseline gap-x-2">
            {clear.sample_name === null ? (
              <CodeText text={first ?? t("clears.unnamed")} className="text-ui-fg-base" />
            ) : (
              <span className="txt-compact-small-plus text-ui-fg-base truncate" title={first}>
                {clear.sample_name}
              </span>
            )}
            {more > 0 && (
              <span className="txt-compact-small text-ui-fg-subtle whitespace-nowrap" title={clear.sample.join("\n")}>
                +{format.count(more)}
              </span>
            )}
          </span>
        )}
        {clear.status === "pending" && (
          <Badge size="2xsmall" color="orange">
            {t("clears.pending")}
          </Badge>
        )}
      </div>
      <p className="txt-compact-small text-ui-fg-subtle break-words">
        <TimeAgo time={clear.at} />
        {" · "}
        {/* A name in Arabic or Hebrew would swap places with the number after it. */}
        <bdi>{who}</bdi>
        {clear.calls > 1 && ` · ${t("clears.calls", { count: clear.calls, formatted: format.count(clear.calls) })}`}
      </p>
      {clear.misses > 0 && (
        <p className="txt-compact-small text-ui-fg-subtle" data-testid="clear-cost">
          {t("clears.cost", { count: clear.misses, formatted: format.count(clear.misses) })}
          {clear.rebuild_ms > 0 && ` ${t("clears.rebuild", { time: format.duration(clear.rebuild_ms) })}`}
        </p>
      )}
    </li>
  )
}

const COLORS = { running: "blue", done: "green", partly_done: "orange", failed: "red" } as const

/** How far one workflow has come. Its steps are to be seen where Medusa shows all workflows. */
export function InvalidationLine({ invalidation }: { readonly invalidation: Omit<AdminCacheInvalidation, "batches"> }) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const { id, state, done, total, pending, message } = invalidation
  const progress = t("invalidation.progress", { done: format.integer(done), total: format.integer(total) })
  return (
    <div className="flex flex-col gap-y-2" data-testid="invalidation">
      <div className="txt-compact-small flex items-center justify-between gap-x-4">
        <span className="tabular-nums">{progress}</span>
        <StatusBadge color={COLORS[state]}>{t(`invalidation.state.${state}`)}</StatusBadge>
      </div>
      <ProgressBar label={t("invalidation.label")} value={done} max={total} text={progress} />
      <p className="txt-compact-small text-ui-fg-subtle flex flex-wrap gap-x-2">
        {pending > 0 && (
          <span>{t("invalidation.pending", { count: pending, formatted: format.integer(pending) })}</span>
        )}
        {state === "partly_done" && pending === 0 && <span>{t("outcome.partial.description")}</span>}
        {state === "failed" && <span>{message}</span>}
        <TextLink to={`/settings/workflows?q=${encodeURIComponent(id)}`}>{t("invalidation.open")}</TextLink>
      </p>
    </div>
  )
}
