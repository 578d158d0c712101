import { setTimeout as delay } from "node:timers/promises"
import { Cache, DEFAULT_CACHE_OPTIONS, DependableServer } from "../../src/cache"

/** What one process is asked to do. */
export interface ContentionTask {
  /** On loopback. */
  readonly ports: readonly number[]
  readonly clearsPerSecond: number
  readonly seconds: number
}

export interface ContentionReport {
  /** The time of each clear, in milliseconds. */
  readonly times: readonly number[]
  readonly pending: number
  readonly cpuMs: number
}

/**
 * Run as a program: one process of a shop that clears at random times, so often on average. It clears the next one on
 * time whether or not the last one has resolved, as events do.
 */
async function main({ ports, clearsPerSecond, seconds }: ContentionTask): Promise<ContentionReport> {
  const at = (port = 0): DependableServer =>
    new DependableServer({ host: "127.0.0.1", port, timeoutMs: 500, connectTimeoutMs: 1_000 })
  const [first, ...others] = ports
  // Statistics are changed by compare-and-swap too, and only those of heads are counted.
  const options = { ...DEFAULT_CACHE_OPTIONS, statistics: { flushIntervalMs: 0 } }
  const logger = { info: () => undefined, debug: () => undefined, warn: () => undefined }
  const cache = new Cache(options, { servers: [at(first), ...others.map(at)], logger })
  await cache.clear({ tags: ["warm-up"] })
  await new Promise<void>((resolve) => {
    process.once("message", () => resolve())
    process.send?.("ready")
  })
  const times: number[] = []
  let pending = 0
  const before = process.cpuUsage()
  const end = performance.now() + seconds * 1000
  const clears: Promise<void>[] = []
  for (let count = 0; performance.now() < end; count++) {
    await delay((-Math.log(1 - Math.random()) * 1000) / clearsPerSecond)
    const startedAt = performance.now()
    const clear = cache.clear({ tags: [`Product:${process.pid}-${count}`, "Product:list:*"] }).then(({ status }) => {
      times.push(performance.now() - startedAt)
      if (status === "pending") pending += 1
    })
    clears.push(clear)
  }
  await Promise.all(clears)
  const { user, system } = process.cpuUsage(before)
  await cache.close()
  return { times, pending, cpuMs: (user + system) / 1000 }
}

process.once("message", (task: ContentionTask) => {
  void main(task).then((report) => process.send?.(report, () => process.exit(0)))
})
process.on("disconnect", () => process.exit(0))
