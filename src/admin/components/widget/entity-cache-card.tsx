import { Container, Heading, Text } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { AdminCacheEntityStats, AdminCacheTag } from "../../../types/http"
import { useEntityCache } from "../../hooks/use-entity-cache"
import { useFormat } from "../../hooks/use-format"
import { useLanguageAttributes } from "../../hooks/use-language-attributes"
import { NAMESPACE } from "../../i18n/namespace"
import { NOTHING } from "../../lib/format"
import { isUnused, tagOf } from "../../lib/tags"
import { Loading } from "../common/card"
import { ClearButton } from "../common/clear-button"
import { CodeText, TextLink } from "../common/text"
import { LastCleared } from "../tags/last-cleared"

interface EntityCacheCardProps {
  readonly type: string
  readonly id: string
}

export function EntityCacheCard({ type, id }: EntityCacheCardProps) {
  const { t } = useTranslation(NAMESPACE)
  const { data, isVisible, isUnreachable, isForbidden, isPending, hasFailed } = useEntityCache(type, id)
  const attributes = useLanguageAttributes()
  if (!isVisible || isForbidden) {
    return null
  }
  const tag = tagOf(type, id)
  return (
    <Container className="divide-y p-0" data-testid="cache-widget" {...attributes}>
      <div className="flex items-center justify-between gap-x-3 px-6 py-4">
        <Heading level="h2">{t("widget.heading")}</Heading>
        {data !== undefined && (
          <ClearButton
            scope={{ kind: "entities", type, ids: [id] }}
            mayClear={data.mayClear}
            label={t("clear.action")}
          />
        )}
      </div>
      {isUnreachable ? (
        <Text size="small" className="text-ui-fg-subtle px-6 py-4">
          {t("trouble.unreachable.title")}
        </Text>
      ) : isPending ? (
        <div className="px-6 py-4">
          <Loading className="h-10" count={2} />
        </div>
      ) : hasFailed || data === undefined ? (
        <Text size="small" className="text-ui-fg-subtle px-6 py-4">
          {t("widget.failed")}
        </Text>
      ) : (
        <>
          <EntityTag name={tag} tag={data.own} caption={t("widget.own")} />
          {data.list !== undefined && (
            <EntityTag name={data.list.tag} tag={data.list} caption={t("tags.list", { entity: type })} />
          )}
          {data.stats !== undefined && <TypeHitRate type={type} stats={data.stats} />}
        </>
      )}
      <div className="px-6 py-3">
        <TextLink to={`/settings/cache?q=${encodeURIComponent(tag)}`}>{t("widget.open")}</TextLink>
      </div>
    </Container>
  )
}

interface EntityTagProps {
  readonly name: string
  /** Undefined: no cache is running. */
  readonly tag: AdminCacheTag | undefined
  readonly caption: string
}

function EntityTag({ name, tag, caption }: EntityTagProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  return (
    <div className="flex flex-col gap-y-2 px-6 py-4" data-tag={name}>
      <div>
        <p className="txt-compact-small-plus text-ui-fg-base">{caption}</p>
        <CodeText text={name} className="text-ui-fg-subtle" />
      </div>
      {tag === undefined || isUnused(tag) ? (
        <p className="txt-compact-small text-ui-fg-subtle">{t("widget.unused")}</p>
      ) : (
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
          <dt className="txt-compact-small text-ui-fg-subtle">{t("tags.version")}</dt>
          <dd className="txt-compact-small text-end tabular-nums" data-column="version">
            {tag.version === null ? NOTHING : format.integer(tag.version)}
          </dd>
          <dt className="txt-compact-small text-ui-fg-subtle">{t("tags.entries")}</dt>
          <dd className="txt-compact-small text-end tabular-nums">
            {tag.entries === null ? NOTHING : `≈ ${format.count(tag.entries)}`}
          </dd>
          <dt className="txt-compact-small text-ui-fg-subtle">{t("tags.hits")}</dt>
          <dd className="txt-compact-small text-end tabular-nums">{format.count(tag.hits)}</dd>
          <dt className="txt-compact-small text-ui-fg-subtle">{t("tags.lastCleared")}</dt>
          <dd className="txt-compact-small text-end">
            <LastCleared tag={tag} />
          </dd>
        </dl>
      )}
    </div>
  )
}

interface TypeHitRateProps {
  readonly type: string
  readonly stats: AdminCacheEntityStats
}

/** How well the cache serves what asks for this type. For a single one it is not counted. */
function TypeHitRate({ type, stats }: TypeHitRateProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  return (
    <div className="flex items-baseline justify-between gap-x-4 px-6 py-3">
      <span className="txt-compact-small text-ui-fg-subtle">{t("widget.hitRate", { type })}</span>
      <span className="txt-compact-small tabular-nums">{format.percent(stats.hit_rate)}</span>
    </div>
  )
}
