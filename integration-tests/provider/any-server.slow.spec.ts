import { setTimeout as delay } from "node:timers/promises"
import { CacheError } from "../../src/cache"
import { eventually } from "../../testing/eventually"
import { type MemcachedProcess, startMemcached } from "../../testing/memcached"
import { CLEAR_TIMEOUT_MS, type Count, Process, Workload } from "./workload"

/** The fault lasts so long. */
const HOLD_MS = 1000 * Number(process.env.HOLD_SECONDS ?? 5)

jest.setTimeout(240_000 + HOLD_MS)

const PATIENCE_MS = 60_000

const cut = new CacheError("unreachable", "cut off by the test")

interface Fault {
  readonly name: string
  begin(memcached: MemcachedProcess, process: Process, at: number): Promise<void> | void
  end(memcached: MemcachedProcess, process: Process, at: number): Promise<void> | void
}

const FAULTS: readonly Fault[] = [
  { name: "is killed", begin: (memcached) => memcached.kill(), end: (memcached) => memcached.restart() },
  { name: "is frozen", begin: (memcached) => memcached.freeze(), end: (memcached) => memcached.thaw() },
  {
    name: "is cut off from one process",
    begin: (_, { servers }, at) => servers[at]?.suspend(cut),
    end: (_, { servers }, at) => servers[at]?.resume(),
  },
  { name: "is restarted", begin: (memcached) => memcached.restart(), end: () => undefined },
]

function inWords({ lookups, hits, clears }: Count): string {
  const pending = clears.filter(({ status }) => status === "pending").length
  const slowest = Math.max(...clears.map(({ ms }) => ms)).toFixed(0)
  return `${((100 * hits) / lookups).toFixed(0)} % of ${lookups} hit, ${pending} of ${clears.length} clears pending, slowest ${slowest} ms`
}

describe.each([0, 1, 2])("of three servers, number %i", (at) => {
  let memcacheds: MemcachedProcess[]
  let processes: Process[]

  beforeEach(async () => {
    memcacheds = await Promise.all([startMemcached(), startMemcached(), startMemcached()])
    const ports = memcacheds.map(({ port }) => port)
    processes = [new Process(ports), new Process(ports)]
    await Promise.all(processes.map(({ cache }) => cache.connect()))
  })
  afterEach(async () => {
    await Promise.all(processes.map(({ cache }) => cache.close()))
    await Promise.all(memcacheds.map((memcached) => memcached.kill()))
  })

  it.each(FAULTS)("$name: nothing is stale, the others go on, and all is well afterwards", async (fault) => {
    const [first, second] = processes
    const memcached = memcacheds[at]
    if (!first || !second || !memcached) throw new Error("not started")
    const workload = new Workload()
    workload.start(processes, [first, second])
    try {
      await delay(1_500)
      const before = workload.take()
      expect(before.hits).toBeGreaterThan(before.lookups / 2)
      expect(before.clears.every(({ status }) => status === "applied")).toBe(true)

      await fault.begin(memcached, first, at)
      await delay(1_000)
      const atFirst = workload.take()
      await delay(HOLD_MS / 2)
      workload.take()
      await delay(HOLD_MS / 2)
      const during = workload.take()
      expect(during.hits).toBeGreaterThan(during.lookups / 4)
      expect(Math.max(...during.clears.map(({ ms }) => ms))).toBeLessThan(CLEAR_TIMEOUT_MS)

      await fault.end(memcached, first, at)
      await eventually(
        () => processes.map(({ cache }) => cache.insight.health().status).join(),
        (status) => status === "healthy,healthy",
        PATIENCE_MS
      )
      await delay(2_500)
      workload.take()
      await delay(1_500)
      const after = workload.take()
      expect(after.hits).toBeGreaterThan(after.lookups / 2)
      expect(after.clears.every(({ status }) => status === "applied")).toBe(true)
      if (process.env.PRINT_FIGURES) {
        const phases = { before, "first second": atFirst, later: during, after }
        const lines = Object.entries(phases).map(([phase, count]) => `  ${phase}: ${inWords(count)}`)
        process.stderr.write(`${fault.name}, ${workload.allLookups} lookups\n${lines.join("\n")}\n`)
      }
    } finally {
      await workload.stop()
    }
    expect(workload.stale).toEqual([])
  })
})
