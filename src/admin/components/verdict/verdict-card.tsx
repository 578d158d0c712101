import { Container } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { AdminCacheEntityStats, AdminCacheStatsResponse } from "../../../types/http"
import { useEntityName } from "../../hooks/use-entity-name"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { isRoute } from "../../lib/tags"
import { type CauseCount, ofHundred, verdictOf } from "../../lib/verdict"

/** The page in two sentences: whether the cache works, what it saves, and what to do about its misses. */
export function VerdictCard({ stats }: { readonly stats: AdminCacheStatsResponse["stats"] }) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const { kind, main, cause } = verdictOf(stats)
  const isJudged = kind === "good" || kind === "low"
  const since = Date.parse(stats.counted_since ?? stats.from)
  return (
    <Container className="flex flex-col gap-y-1 px-6 py-4" data-testid="cache-verdict">
      <p className="txt-medium-plus text-ui-fg-base">
        {t(`verdict.${kind}`)} {isJudged && main !== undefined && <Share entity={main} />}
      </p>
      {isJudged && main !== undefined && cause !== undefined && <Cause entity={main} cause={cause} />}
      {since > Date.parse(stats.from) && stats.totals.lookups > 0 && (
        <p className="txt-small text-ui-fg-subtle">{t("verdict.since", { time: format.dateTime(since) })}</p>
      )}
    </Container>
  )
}

function Share({ entity }: { readonly entity: AdminCacheEntityStats }) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const nameOf = useEntityName()
  const { hit_ms: hitMs, build_ms: buildMs, hit_rate: rate } = entity
  const values = { number: ofHundred(rate ?? 0), what: nameOf(entity.entity) }
  const sentence = isRoute(entity.entity) ? "responses" : "share"
  if (hitMs === null || buildMs === null) return t(`verdict.${sentence}`, values)
  return t(`verdict.${sentence}AndTime`, { ...values, hit: format.duration(hitMs), build: format.duration(buildMs) })
}

interface CauseProps {
  readonly entity: AdminCacheEntityStats
  readonly cause: CauseCount
}

function Cause({ entity, cause: { cause, count } }: CauseProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const [worst] = entity.cleared_by
  const number = { count, formatted: format.integer(count) }
  return (
    <p className="txt-small text-ui-fg-subtle">
      {cause === "cleared" && worst !== undefined && worst.clears > 0
        ? t("verdict.cleared", {
            ...number,
            most: format.integer(worst.misses),
            clears: t("clearsOf", { count: worst.clears, formatted: format.integer(worst.clears) }),
            tag: worst.tag === "*" ? t("clears.everythingOf") : worst.tag,
          })
        : t("verdict.cause", { ...number, cause: t(`causes.${cause}.name`) })}{" "}
      {t(`causes.${cause}.advice`, { defaultValue: "" })}
    </p>
  )
}
