import type { AdminCacheServer } from "../../../../types/http"
import type { ServerReport } from "../../../../cache"
import { isoOf, isoOrNull } from "./time"

export const serverOf = ({ id, holdsLog, state, reason, downSinceMs, stats }: ServerReport): AdminCacheServer => ({
  id,
  holds_log: holdsLog,
  state,
  reason,
  down_since: isoOrNull(downSinceMs),
  stats: stats && {
    version: stats.version,
    uptime_seconds: stats.uptimeSeconds,
    started_at: isoOf(stats.startedAtMs),
    memory_used_bytes: stats.memoryUsedBytes,
    memory_limit_bytes: stats.memoryLimitBytes,
    item_size_max_bytes: stats.itemSizeMaxBytes,
    items: stats.items,
    evictions: stats.evictions,
    connections: stats.connections,
    get_hits: stats.getHits,
    get_misses: stats.getMisses,
    ping_ms: stats.pingMs,
    sampled_at: isoOf(stats.sampledAtMs),
  },
})
