import { Container } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import type { AdminCacheServer, AdminCacheStatsResponse } from "../../../types/http"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { NOTHING } from "../../lib/format"
import { sumServers } from "../../lib/server-sums"
import { HitRateTile } from "./hit-rate-tile"
import { MemoryTile } from "./memory-tile"
import { Tile } from "./tile"

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
          value={totals.hits === 0 ? NOTHING : format.duration(totals.time_saved_ms)}
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
              : t("tiles.evictions.note", { time: format.duration(Date.now() - Date.parse(sums.since)) })
          }
          explanation={t("tiles.evictions.explanation")}
          testId="tile-evictions"
        />
      </dl>
    </Container>
  )
}
