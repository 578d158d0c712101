import { useTranslation } from "react-i18next"
import type { AdminCacheServer } from "../../../types/http"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { NOTHING } from "../../lib/format"
import { sumServers } from "../../lib/server-sums"
import { Meter } from "../common/meter"
import { Tile } from "./tile"

/** The memory of Memcached is shared with whatever else uses it. */
export function MemoryTile({ servers }: { readonly servers: readonly AdminCacheServer[] }) {
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
            isWarning={ratio >= 0.95 && sums.evictions > 0}
          />
        </span>
      }
    />
  )
}
