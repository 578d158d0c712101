import type { AdminCacheResponse, AdminCacheServer } from "../../types/http"

interface ServerSums {
  readonly memoryUsedBytes: number
  readonly memoryLimitBytes: number
  readonly evictions: number
  readonly items: number
  /** The earliest start of the servers that answer. */
  readonly since: string
}

/** Over the servers that answer; undefined when none does. */
export function sumServers(servers: readonly AdminCacheServer[]): ServerSums | undefined {
  const answers = servers.flatMap(({ stats }) => (stats === null ? [] : [stats]))
  const [first] = answers
  if (first === undefined) {
    return undefined
  }
  return {
    memoryUsedBytes: sum(answers.map((stats) => stats.memory_used_bytes)),
    memoryLimitBytes: sum(answers.map((stats) => stats.memory_limit_bytes)),
    evictions: sum(answers.map((stats) => stats.evictions)),
    items: sum(answers.map((stats) => stats.items)),
    since: answers.reduce(
      (earliest, { started_at }) => (started_at < earliest ? started_at : earliest),
      first.started_at
    ),
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
