import type { AdminCacheClear, AdminCacheServer } from "../../types/http"

/** Something that happened and that explains a bend in the chart. */
export type TimelineMark =
  | { readonly kind: "clear_all" | "clear"; readonly atMs: number; readonly clear: AdminCacheClear }
  | { readonly kind: "restart"; readonly atMs: number; readonly serverId: string }

/**
 * What is drawn as a line through the chart: clears that somebody asked for, and starts of servers. What Medusa clears by
 * itself after an edit happens all the time; the chart has a row of ticks for that.
 */
export function timelineMarks(
  clears: readonly AdminCacheClear[],
  servers: readonly AdminCacheServer[],
  fromMs: number,
  toMs: number
): TimelineMark[] {
  const asked = clears.flatMap((clear): TimelineMark[] =>
    clear.origin === "event" && !clear.all
      ? []
      : [{ kind: clear.all ? "clear_all" : "clear", atMs: Date.parse(clear.at), clear }]
  )
  const restarts = servers.flatMap(({ id, stats }): TimelineMark[] =>
    stats === null ? [] : [{ kind: "restart", atMs: Date.parse(stats.started_at), serverId: id }]
  )
  return [...asked, ...restarts].filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).sort((a, b) => a.atMs - b.atMs)
}
