import type { AdminCacheResponse, AdminCacheServer } from "../../types/http"

interface ServerSums {
  readonly memoryUsedBytes: number
  readonly memoryLimitBytes: number
  readonly evictions: number
  readonly items: number
  /** Of the server that runs longest, by its own clock. */
  readonly uptimeMs: number
}

/** Over the servers that answer; undefined when none does. */
export function sumServers(servers: readonly AdminCacheServer[]): ServerSums | undefined {
  const answers = servers.flatMap(({ stats }) => (stats === null ? [] : [stats]))
  if (answers.length === 0) {
    return undefined
  }
  return {
    memoryUsedBytes: sum(answers.map((stats) => stats.memory_used_bytes)),
    memoryLimitBytes: sum(answers.map((stats) => stats.memory_limit_bytes)),
    evictions: sum(answers.map((stats) => stats.evictions)),
    items: sum(answers.map((stats) => stats.items)),
    uptimeMs: Math.max(...answers.map(({ uptime_seconds }) => uptime_seconds)) * 1000,
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

/** What the banner speaks of. */
type Trouble =
  "unreachable" | "degraded" | "several_servers" | "out_of_memory" | "no_cas" | "clear_pending" | "refresh_failed"

/** What is told by its reason, and not by how much of the cache it takes away. */
const OF_REASONS = ["clear_pending", "several_servers", "out_of_memory", "no_cas"] as const

/** The worst of what is wrong; undefined when nothing is. */
export function troubleOf(
  { status, reason }: Pick<AdminCacheResponse["cache"], "status" | "reason">,
  hasRefreshFailed: boolean
): Trouble | undefined {
  if (hasRefreshFailed) {
    return "refresh_failed"
  }
  const named = OF_REASONS.find((trouble) => trouble === reason)
  if (named) {
    return named
  }
  return status === "unreachable" || status === "degraded" ? status : undefined
}
