import { Container, clx } from "@medusajs/ui"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import type { AdminCacheServer, AdminCacheStatsResponse, AdminCacheTotals, CacheRange } from "../../../types/http"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { NOTHING } from "../../lib/format"
import { hitRateChange } from "../../lib/traffic"
import { sumServers } from "../../lib/servers"
import { Meter } from "../common/card"
import { Tip } from "../common/tip"

interface TilesProps {
  readonly stats: AdminCacheStatsResponse["stats"]
  readonly servers: readonly AdminCacheServer[]
}

/** The five numbers that say whether it is worth it. */
export function Tiles({ stats, servers }: TilesProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const { totals, previous, range } = stats
  const sums = sumServers(servers)
  return (
    <Container className="overflow-hidden p-0" data-testid="cache-tiles">
      <dl className="bg-ui-border-base grid grid-cols-2 gap-px xl:grid-cols-5 [&>*:last-child]:max-xl:col-span-full">
        <HitRateTile totals={totals} previous={previous} range={range} />
        <Tile
          label={t("tiles.lookups.label")}
          value={format.count(totals.lookups)}
          note={t("tiles.lookups.note", { hits: format.count(totals.hits) })}
          testId="tile-lookups"
        />
        <Tile
          label={t("tiles.timeSaved.label")}
          value={totals.hits === 0 ? NOTHING : `≈ ${format.duration(totals.time_saved_ms)}`}
          note={
            totals.hits === 0
              ? null
              : t("tiles.timeSaved.note", { each: format.duration(totals.time_saved_ms / totals.hits) })
          }
          explanation={t("tiles.timeSaved.explanation")}
          testId="tile-time-saved"
        />
        <MemoryTile servers={servers} />
        <Tile
          label={t("tiles.evictions.label")}
          value={sums === undefined ? NOTHING : format.count(sums.evictions)}
          note={
            sums === undefined
              ? t("tiles.noServer")
              : t("tiles.evictions.note", { time: format.duration(sums.uptimeMs) })
          }
          explanation={t("tiles.evictions.explanation")}
          testId="tile-evictions"
        />
      </dl>
    </Container>
  )
}

interface HitRateTileProps {
  readonly totals: AdminCacheTotals
  readonly previous: AdminCacheTotals
  readonly range: CacheRange
}

function HitRateTile({ totals, previous, range }: HitRateTileProps) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const change = hitRateChange(totals, previous)
  return (
    <Tile
      label={t("tiles.hitRate.label")}
      value={format.percent(totals.hit_rate)}
      explanation={t("tiles.hitRate.explanation", {
        count: totals.misses.cleared,
        formatted: format.integer(totals.misses.cleared),
      })}
      testId="tile-hit-rate"
      note={
        change !== null && (
          <span className={clx("tabular-nums", { "text-ui-tag-green-text": change > 0.0005 })}>
            {t("tiles.hitRate.change", { points: format.points(change), range: t(`range.previous.${range}`) })}
          </span>
        )
      }
    />
  )
}

/** The memory of Memcached is shared with whatever else uses it. */
function MemoryTile({ servers }: { readonly servers: readonly AdminCacheServer[] }) {
  const { t } = useTranslation(NAMESPACE)
  const format = useFormat()
  const sums = sumServers(servers)
  if (sums === undefined) {
    return <Tile label={t("tiles.memory.label")} value={NOTHING} note={t("tiles.noServer")} testId="tile-memory" />
  }
  const ratio = sums.memoryUsedBytes / sums.memoryLimitBytes
  const limit = t("tiles.memory.ofLimit", { limit: format.bytes(sums.memoryLimitBytes) })
  return (
    <Tile
      label={t("tiles.memory.label")}
      value={format.bytes(sums.memoryUsedBytes)}
      testId="tile-memory"
      note={
        <span className="flex flex-col gap-y-2">
          <span>{limit}</span>
          <Meter
            ratio={ratio}
            label={t("tiles.memory.label")}
            text={`${format.bytes(sums.memoryUsedBytes)} ${limit}`}
            color={ratio >= 0.95 && sums.evictions > 0 ? "orange" : "green"}
          />
        </span>
      }
    />
  )
}

interface TileProps {
  readonly label: string
  readonly value: string
  /** A line below the number that puts it into relation. */
  readonly note?: ReactNode
  readonly explanation?: string
  readonly testId: string
}

/** One number. */
function Tile({ label, value, note, explanation, testId }: TileProps) {
  return (
    <div className="bg-ui-bg-base flex min-w-0 flex-col gap-y-1 px-4 py-4 sm:px-6" data-testid={testId}>
      <dt className="txt-compact-small text-ui-fg-subtle truncate">
        {explanation === undefined ? (
          label
        ) : (
          <Tip content={explanation}>
            <span className="decoration-ui-border-strong underline decoration-dotted underline-offset-4">{label}</span>
          </Tip>
        )}
      </dt>
      <dd className="flex min-w-0 flex-col gap-y-1">
        <span className="h1-core truncate text-2xl leading-8 tabular-nums" data-value>
          {value}
        </span>
        <span className="txt-compact-small text-ui-fg-subtle min-h-5 min-w-0">{note}</span>
      </dd>
    </div>
  )
}
