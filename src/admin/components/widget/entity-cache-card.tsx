import { Button, Container, Heading, Text } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { useClearAndTell } from "../../hooks/use-clear-and-tell"
import { useEntityCache } from "../../hooks/use-entity-cache"
import { NAMESPACE } from "../../i18n/namespace"
import { tagOf } from "../../lib/tag-name"
import { Loading } from "../common/loading"
import { LockedAction } from "../common/locked-action"
import { TextLink } from "../common/text-link"
import { EntityTag } from "./entity-tag"
import { TypeHitRate } from "./type-hit-rate"

interface EntityCacheCardProps {
  readonly type: string
  readonly id: string
}

export function EntityCacheCard({ type, id }: EntityCacheCardProps) {
  const { t } = useTranslation(NAMESPACE)
  const { data, isVisible, isForbidden, isPending, hasFailed } = useEntityCache(type, id)
  const { clearAndTell, isClearing } = useClearAndTell()
  if (!isVisible || isForbidden) {
    return null
  }
  const tag = tagOf(type, id)
  return (
    <Container className="divide-y p-0" data-testid="cache-widget">
      <div className="flex items-center justify-between gap-x-3 px-6 py-4">
        <Heading level="h2">{t("widget.heading")}</Heading>
        {data !== undefined && (
          <LockedAction reason={data.mayClear ? undefined : t("clear.notAllowed")}>
            <Button
              size="small"
              variant="secondary"
              isLoading={isClearing}
              disabled={!data.mayClear}
              onClick={() => void clearAndTell({ kind: "entities", type, ids: [id] })}
            >
              {t("clear.action")}
            </Button>
          </LockedAction>
        )}
      </div>
      {isPending ? (
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
          <TypeHitRate type={type} stats={data.stats} />
        </>
      )}
      <div className="px-6 py-3">
        <TextLink to={`/settings/cache?q=${encodeURIComponent(tag)}`}>{t("widget.open")}</TextLink>
      </div>
    </Container>
  )
}
