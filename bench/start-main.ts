import { stopChildren } from "../tools/services/child-processes"
import { startMemcached } from "../tools/services/memcached"
import { startRedis } from "../tools/services/redis"
import { allCases } from "./cases/all-cases"
import { openFloor } from "./contenders/floor"
import { openMemcachedProvider } from "./contenders/memcached-provider"
import { openRedisProvider } from "./contenders/redis-provider"
import { type Measurements, runRounds } from "./rounds"
import { Wire } from "./wire"

/** What one process measures, with servers of its own. */
export interface StartTask {
  readonly cases: readonly string[]
  readonly rounds: number
  readonly hasBinary: boolean
  /** A compiled provider in place of the sources. */
  readonly provider: string | undefined
}

/** Measurements by the name of the case. */
export type StartResult = Readonly<Record<string, Measurements>>

async function run({ cases, rounds, hasBinary, provider }: StartTask): Promise<StartResult> {
  const wire = new Wire()
  const [memcached, redis] = await Promise.all([startMemcached(), startRedis()])
  const contenders = [
    await openMemcachedProvider("memcached", memcached.servers, provider),
    // A compiled one may be older than the option.
    ...(provider === undefined ? [await openMemcachedProvider("withoutCopies", memcached.servers)] : []),
    ...(hasBinary ? [await openMemcachedProvider("binary", memcached.servers, provider)] : []),
    await openRedisProvider(redis.url),
    await openFloor(memcached.servers),
  ]
  const results: Record<string, Measurements> = {}
  for (const benchCase of allCases().filter(({ name }) => cases.includes(name))) {
    const started = performance.now()
    results[benchCase.name] = await runRounds(benchCase, contenders, { rounds, wire })
    // Not among the results, which may be redirected into a file.
    console.error(`${benchCase.name} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
  }
  for (const contender of contenders) await contender.close()
  return results
}

process.once("disconnect", () => process.exit(1))
process.once("message", (task: StartTask) => {
  run(task)
    .then((results) => new Promise<void>((sent) => process.send?.(results, () => sent())))
    .catch((error: unknown) => {
      console.error(error)
      process.exitCode = 1
    })
    .finally(() => stopChildren())
    .finally(() => process.exit())
})
