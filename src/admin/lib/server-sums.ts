import type { AdminCacheServer } from "../../types/http"

export interface ServerSums {
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
