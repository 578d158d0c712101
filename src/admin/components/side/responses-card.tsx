import { BroomSparkle } from "@medusajs/icons"
import { IconButton } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { AdminCacheEntityStats, AdminCacheRoute } from "../../../types/http"
import { useClearAndTell } from "../../hooks/use-clear"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { Card } from "../common/card"
import { CodeText } from "../common/text"

interface ResponsesCardProps {
  readonly routes: readonly AdminCacheRoute[]
  readonly entities: readonly AdminCacheEntityStats[]
  readonly mayClear: boolean
}

/** Routes whose whole responses are stored: how often they are found, and why they are not. */
export function ResponsesCard({ routes, entities, mayClear }: ResponsesCardProps) {
  const { t } = useTranslation(NAMESPACE)
  const used = routes
    .map((route) => ({ route, figures: entities.find(({ entity }) => entity === route.route) }))
    .filter(({ route, figures }) => figures !== undefined || route.bypassed > 0 || route.not_stored.length > 0)
    .sort((a, b) => (b.figures?.lookups ?? 0) - (a.figures?.lookups ?? 0))
  return (
    <Card title={t("responses.heading")} hint={t("responses.hint")} testId="cache-responses">
      {used.length === 0 ? (
        <p className="txt-small text-ui-fg-subtle px-6 py-4">{t("responses.empty")}</p>
      ) : (
        <ul className="divide-y">
          {used.map(({ route, figures }) => (
            <RouteLine key={route.route} route={route} figures={figures} mayClear={mayClear} />
          ))}
        </ul>
      )}
    </Card>
  )
}

interface RouteLineProps {
  readonly route: AdminCacheRoute
  readonly figures: AdminCacheEntityStats | undefined
  readonly mayClear: boolean
}

function RouteLine({ route, figures, mayClear }: RouteLineProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const { clearAndTell, isClearing } = useClearAndTell()
  const { route: name, bypassed, not_stored: notStored } = route
  /** A time that no end of a line tears from its unit. */
  const inOnePiece = (durationMs: number) => format.duration(durationMs).replace(/ /g, "\u00a0")
  const facts = [
    ...(figures === undefined || figures.hit_rate === null
      ? []
      : [
          t("responses.rate", {
            count: figures.lookups,
            formatted: format.count(figures.lookups),
            rate: format.percent(figures.hit_rate),
          }),
        ]),
    ...(figures === undefined || figures.hit_ms === null || figures.build_ms === null
      ? []
      : [t("responses.times", { hit: inOnePiece(figures.hit_ms), build: inOnePiece(figures.build_ms) })]),
    ...(bypassed === 0 ? [] : [t("responses.bypassed", { count: bypassed, formatted: format.count(bypassed) })]),
  ]
  return (
    <li className="flex items-start justify-between gap-x-3 px-6 py-3">
      <div className="flex min-w-0 flex-col gap-y-1">
        <CodeText text={name} className="text-ui-fg-base" />
        {facts.length > 0 && <span className="txt-compact-small text-ui-fg-subtle">{facts.join(" · ")}</span>}
        {notStored.map(({ reason, count }) => (
          <span key={reason} className="txt-compact-small text-ui-fg-subtle break-words">
            {t("responses.notStored", { number: format.count(count), reason })}
          </span>
        ))}
      </div>
      {mayClear && (
        <IconButton
          size="small"
          variant="transparent"
          className="shrink-0"
          isLoading={isClearing}
          aria-label={t("responses.clear", { route: name })}
          onClick={() => void clearAndTell({ kind: "tags", tags: [`${name}:list:*`] })}
        >
          <BroomSparkle />
        </IconButton>
      )}
    </li>
  )
}
