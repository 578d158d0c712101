import { CacheProcess, CacheWorld } from "../../../../testing/cache-process"
import { CLOCK_START_MS } from "../../../../testing/manual-runtime"
import type { Command } from "../../memcached/server"
import { ownItem } from "../../../../testing/stored-items"
import type { Range } from "../range-figures"
import type { ArchivedBucket, StatisticsArchive, TimeSeries } from "../time-series"

const MINUTE_MS = 60_000
const STATS = "~stats:"

const open = (world = new CacheWorld(), flushIntervalMs = 5_000): CacheProcess =>
  new CacheProcess(world, { statistics: { flushIntervalMs } })

const isSwap = (command: Command): boolean =>
  command.key.includes(STATS) && (command.op === "set" || command.op === "add")

/** Misses, each of a key of its own. */
async function miss(process: CacheProcess, times = 1): Promise<void> {
  for (let i = 0; i < times; i++) await process.get(`absent-${i}`)
}

const lookupsIn = async (process: CacheProcess): Promise<number> =>
  (await process.cache.insight.timeSeries.read("1h")).totals.lookups

describe("shared statistics", () => {
  it("are the sum over the processes, for each range", async () => {
    const world = new CacheWorld()
    const [a, b, reader] = [open(world), open(world), open(world)]
    await miss(a, 3)
    await miss(b, 4)
    await world.runtime.advance(10_000)

    for (const range of ["1h", "6h", "24h", "7d"] as const) {
      const history = await reader.cache.insight.timeSeries.read(range)
      expect(history.totals).toMatchObject({ lookups: 7, misses: { new: 7 } })
      expect(history.complete).toBe(true)
    }
  })

  it("are added to the running bucket of a series without gaps", async () => {
    const process = open()
    const { runtime } = process.world
    await miss(process)
    await runtime.advance(3 * MINUTE_MS)
    await miss(process, 2)
    await process.cache.insight.timeSeries.flush()

    const { series, fromMs, toMs, bucketSeconds } = await open(process.world).cache.insight.timeSeries.read("1h")
    expect(bucketSeconds).toBe(60)
    expect(series).toHaveLength(60)
    expect(series.map(({ startMs }) => startMs)).toEqual(series.map((_, i) => fromMs + i * MINUTE_MS))
    expect(toMs).toBe(CLOCK_START_MS + 4 * MINUTE_MS)
    expect(series.slice(-4).map(({ counters }) => counters.lookups)).toEqual([1, 0, 0, 2])
  })

  it("belong to the minute in which they were counted, however late they are flushed", async () => {
    const process = open(new CacheWorld(), 60_000)
    const { runtime } = process.world
    await runtime.advance(MINUTE_MS - 1_000)
    await miss(process)
    await runtime.advance(2_000)
    await miss(process, 2)
    await runtime.advance(2 * MINUTE_MS)

    const { series } = await open(process.world).cache.insight.timeSeries.read("1h")
    expect(series.slice(-4).map(({ counters }) => counters.lookups)).toEqual([1, 2, 0, 0])
  })

  it("have the range before this one for comparison", async () => {
    const process = open()
    const { runtime } = process.world
    await miss(process, 3)
    await runtime.advance(61 * MINUTE_MS)
    await miss(process, 5)

    const { totals, previous } = await process.cache.insight.timeSeries.read("1h")
    expect(totals.lookups).toBe(5)
    expect(previous.lookups).toBe(3)
    await runtime.advance(60 * MINUTE_MS)
    expect((await process.cache.insight.timeSeries.read("1h")).previous.lookups).toBe(5)
  })

  it("are fresh where they are counted, and counted once when they are flushed", async () => {
    const process = open()
    await miss(process, 2)
    expect(await lookupsIn(process)).toBe(2)
    expect(process.server.sent.filter(isSwap)).toHaveLength(0)
    const reading = lookupsIn(process)
    await process.cache.insight.timeSeries.flush()
    expect(await reading).toBe(2)
    expect(await lookupsIn(process)).toBe(2)
  })

  it("cost nothing when nothing was counted, and their own traffic does not count as something", async () => {
    const process = open()
    await miss(process)
    await process.world.runtime.advance(10_000)
    const sent = process.server.sentOf("get", STATS).length
    expect(sent).toBe(4)
    await process.cache.insight.timeSeries.flush()
    await process.world.runtime.advance(10 * MINUTE_MS)
    expect(process.server.sentOf("get", STATS)).toHaveLength(sent)
  })

  it("live for twice their range", async () => {
    const process = open()
    await miss(process)
    await process.cache.insight.timeSeries.flush()
    const seconds = process.server
      .sentOf("add", STATS)
      .map((command) => (command.op === "add" ? command.expiration : 0))
    expect(seconds).toEqual([1_216_800, 173_700, 43_500, 7_260])
  })

  it("are flushed at close, before the sockets are closed", async () => {
    const process = open()
    await miss(process, 2)
    const closing = process.cache.close()
    await process.world.runtime.advance(1_000)
    await closing
    expect(await lookupsIn(open(process.world))).toBe(2)
    expect(process.world.runtime.timers).toBe(0)
  })

  it("keep a close waiting for no more than two answers", async () => {
    const process = open()
    await miss(process)
    process.server.held = true
    let closed = false
    void process.cache.close().then(() => (closed = true))
    await process.world.runtime.advance(1_001)
    expect(closed).toBe(true)
  })

  it("are off without an interval: nothing is sent, nothing is known", async () => {
    const process = open(new CacheWorld(), 0)
    await miss(process, 3)
    await process.cache.insight.timeSeries.flush()
    const { totals, complete, series } = await process.cache.insight.timeSeries.read("24h")
    expect({ lookups: totals.lookups, complete, buckets: series.length }).toEqual({
      lookups: 0,
      complete: false,
      buckets: 96,
    })
    await process.cache.close()
    expect(process.server.sent.filter(({ key }) => key.includes(STATS))).toEqual([])
  })
})

describe("a flush", () => {
  it.each(["add", "set"] as const)("whose answer to %s was lost counts once", async (op) => {
    const process = open()
    if (op === "set") {
      await miss(process, 10)
      await process.cache.insight.timeSeries.flush()
    }
    await miss(process, 3)
    process.server.script = (command) => (isSwap(command) ? "lost" : undefined)
    await process.cache.insight.timeSeries.flush()
    const expected = op === "set" ? 13 : 3
    expect(await lookupsIn(process)).toBe(expected)

    process.server.script = () => undefined
    await miss(process, 4)
    expect(await lookupsIn(process)).toBe(expected + 4)
    await process.cache.insight.timeSeries.flush()
    expect(await lookupsIn(process)).toBe(expected + 4)
    expect(await lookupsIn(open(process.world))).toBe(expected + 4)
    expect(process.cache.insight.timeSeries.pendingBuckets).toBe(0)
  })

  it("that did not arrive is sent again", async () => {
    const process = open()
    await miss(process, 3)
    process.server.script = (command) => (isSwap(command) ? "unreachable" : undefined)
    await process.cache.insight.timeSeries.flush()
    expect(await lookupsIn(open(process.world))).toBe(0)

    process.server.script = () => undefined
    await process.world.runtime.advance(10_000)
    expect(await lookupsIn(open(process.world))).toBe(3)
  })

  it("that meets another process's is repeated on what that one has left", async () => {
    const world = new CacheWorld()
    const [a, b] = [open(world), open(world)]
    await miss(a, 2)
    await miss(b, 3)
    await Promise.all([a.cache.insight.timeSeries.flush(), b.cache.insight.timeSeries.flush()])
    await miss(a, 10)
    await miss(b, 20)
    await Promise.all([a.cache.insight.timeSeries.flush(), b.cache.insight.timeSeries.flush()])

    expect(await lookupsIn(open(world))).toBe(35)
    // At least one had to look again: two flushes of four buckets would else take 16.
    expect(a.server.sentOf("get", STATS).length + b.server.sentOf("get", STATS).length).toBeGreaterThan(16)
  })

  it("is kept while Memcached is away, and delivered to the bucket in which it happened", async () => {
    const process = open()
    const { runtime } = process.world
    await miss(process, 1)
    process.server.enter("down")
    await runtime.advance(MINUTE_MS)
    await process.get("unreachable")
    await process.get("unreachable")
    await runtime.advance(2 * MINUTE_MS)
    expect(process.server.sent.filter(isSwap)).toHaveLength(0)

    process.server.enter("ready")
    await runtime.advance(10_000)
    const { series, totals } = await open(process.world).cache.insight.timeSeries.read("1h")
    expect(series.slice(-4).map(({ counters }) => counters.lookups)).toEqual([1, 2, 0, 0])
    expect(totals.misses).toMatchObject({ new: 1, unreachable: 2 })
  })

  it("keeps as many buckets as are shown, and delivers them after hours without Memcached", async () => {
    const process = open()
    const { runtime } = process.world
    process.server.enter("down")
    for (let minute = 0; minute < 400; minute++) {
      await process.get("unreachable")
      await runtime.advance(MINUTE_MS)
    }
    // Of minutes and of five minutes as many as are shown; of the others all, and the one that is running. And the totals.
    const pending = 60 + 72 + Math.ceil(400 / 15) + Math.ceil(400 / 120) + 1
    expect(process.cache.insight.timeSeries.pendingBuckets).toBe(pending)
    const history = await process.cache.insight.timeSeries.read("24h")
    expect(history).toMatchObject({ complete: false, totals: { lookups: 400 } })
    process.server.enter("ready")
    await runtime.advance(20_000)
    const reader = open(process.world)
    expect((await reader.cache.insight.timeSeries.read("24h")).totals.lookups).toBe(400)
    const { series } = await reader.cache.insight.timeSeries.read("6h")
    expect(series.map(({ counters }) => counters.lookups)).toEqual([...new Array<number>(71).fill(5), 0])
    expect(process.cache.insight.timeSeries.pendingBuckets).toBe(0)
  }, 30_000)

  it("leaves the bucket of a newer version alone", async () => {
    const process = open()
    await miss(process)
    const { server } = process
    const newer = Buffer.from(JSON.stringify({ version: 2, something: "else" }))
    const bucket = Math.floor(CLOCK_START_MS / MINUTE_MS)
    const key = `medusa:~stats:60:${bucket}`
    server.submit(ownItem(key, newer), () => undefined)
    await process.cache.insight.timeSeries.flush()
    expect(server.sentOf("set", key)).toHaveLength(1)
    expect(await lookupsIn(process)).toBe(0)
    expect((await process.cache.insight.timeSeries.read("6h")).totals.lookups).toBe(1)
  })

  it("replaces what is damaged", async () => {
    const process = open()
    await miss(process)
    const key = `medusa:~stats:60:${Math.floor(CLOCK_START_MS / MINUTE_MS)}`
    const value = Buffer.from('{"version":1,"all":[')
    process.server.submit(ownItem(key, value), () => undefined)
    await process.cache.insight.timeSeries.flush()
    expect(await lookupsIn(open(process.world))).toBe(1)
  })
})

describe("without Memcached, a reading", () => {
  it("has what was last read and what waits here, and says that it is incomplete", async () => {
    const process = open()
    await miss(process, 2)
    await process.cache.insight.timeSeries.flush()
    expect(await lookupsIn(process)).toBe(2)
    process.server.enter("down")
    await process.get("unreachable")

    const history = await process.cache.insight.timeSeries.read("1h")
    expect(history).toMatchObject({ complete: false, totals: { lookups: 3, misses: { new: 2, unreachable: 1 } } })
  })

  it("answers within the time-out of a frozen one", async () => {
    const process = open()
    await miss(process, 2)
    process.server.held = true
    let complete: boolean | undefined
    void process.cache.insight.timeSeries.read("7d").then((history) => (complete = history.complete))
    await process.world.runtime.advance(501)
    expect(complete).toBe(false)
  })

  it("is complete with empty buckets when Memcached has lost them", async () => {
    const process = open()
    await miss(process, 2)
    await process.cache.insight.timeSeries.flush()
    expect(await lookupsIn(process)).toBe(2)
    process.world.memcached.restart()
    const history = await process.cache.insight.timeSeries.read("1h")
    expect(history).toMatchObject({ complete: true, totals: { lookups: 0 } })
  })
})

describe("an archive", () => {
  /** An archive in memory. */
  class Archive implements StatisticsArchive {
    copies = new Map<string, ArchivedBucket>()
    /** How many copies its readers were sent. */
    sent = 0

    save(buckets: readonly ArchivedBucket[]): Promise<void> {
      for (const copy of buckets) this.copies.set(`${copy.bucketSeconds} ${copy.number} ${copy.id}`, copy)
      return Promise.resolve()
    }

    read(bucketSeconds: number, first: number, without: readonly string[]): Promise<readonly ArchivedBucket[]> {
      const copies = [...this.copies.values()].filter(
        (copy) => copy.bucketSeconds === bucketSeconds && copy.number >= first && !without.includes(copy.id)
      )
      this.sent += copies.length
      return Promise.resolve(copies)
    }

    prune(bucketSeconds: number, firstNumber: number): Promise<void> {
      for (const [id, copy] of this.copies) {
        if (copy.bucketSeconds === bucketSeconds && copy.number < firstNumber) this.copies.delete(id)
      }
      return Promise.resolve()
    }
  }

  const seriesOf = ({ cache }: CacheProcess): TimeSeries => cache.insight.timeSeries
  const lookups = async (process: CacheProcess, archive?: StatisticsArchive, range: Range = "1h"): Promise<number> =>
    (await seriesOf(process).read(range, archive)).totals.lookups

  it("keeps what was counted before a restart of Memcached, also in the bucket that was running", async () => {
    const [process, archive] = [open(), new Archive()]
    const { memcached, runtime } = process.world
    await miss(process, 3)
    await runtime.advance(10_000)
    await seriesOf(process).archive(archive)
    // Nothing counts twice while both have it, and nothing of it is transferred.
    expect(await lookups(process, archive)).toBe(3)
    expect(archive.sent).toBe(0)

    memcached.restart()
    await miss(process, 2)
    await runtime.advance(10_000)
    expect(await lookups(process)).toBe(2)
    for (const range of ["1h", "6h", "24h", "7d"] as const) expect(await lookups(process, archive, range)).toBe(5)

    await seriesOf(process).archive(archive)
    await seriesOf(process).archive(archive)
    expect(await lookups(process, archive)).toBe(5)
    memcached.restart()
    expect(await lookups(process, archive)).toBe(5)
  })

  it("also keeps the minutes of an outage, which come late", async () => {
    const [process, archive] = [open(), new Archive()]
    const { memcached, runtime } = process.world
    const archiveEachMinute = async (minutes: number): Promise<void> => {
      for (let minute = 0; minute < minutes; minute++) {
        await miss(process, 2)
        await runtime.advance(MINUTE_MS)
        await seriesOf(process).archive(archive)
      }
    }
    await archiveEachMinute(1)
    process.server.enter("down")
    await archiveEachMinute(4)
    process.server.enter("ready")
    await runtime.advance(20_000)
    expect(await lookups(process)).toBe(10)
    await seriesOf(process).archive(archive)

    memcached.restart()
    expect(await lookups(process)).toBe(0)
    for (const range of ["1h", "6h", "24h", "7d"] as const) expect(await lookups(process, archive, range)).toBe(10)
  })

  it("does not count twice what was added after it was copied", async () => {
    const [process, archive] = [open(), new Archive()]
    await miss(process, 3)
    await process.world.runtime.advance(10_000)
    await seriesOf(process).archive(archive)
    await miss(process, 4)
    await process.world.runtime.advance(10_000)
    expect(await lookups(process, archive)).toBe(7)
  })

  it("forgets what no range shows any more", async () => {
    const [process, archive] = [open(), new Archive()]
    await miss(process)
    await process.world.runtime.advance(10_000)
    await seriesOf(process).archive(archive)
    expect(archive.copies.size).toBe(4)
    await process.world.runtime.advance(15 * 24 * 60 * MINUTE_MS)
    await seriesOf(process).archive(archive)
    expect(archive.copies.size).toBe(0)
  })

  it("is not waited for when it does not answer, and not missed when it fails", async () => {
    const process = open()
    await miss(process, 2)
    const archive = new Archive()
    archive.read = () => Promise.reject(new Error("no such table"))
    expect(await lookups(process, archive)).toBe(2)
    archive.read = () => new Promise(() => undefined)
    const reading = lookups(process, archive)
    await process.world.runtime.advance(1_000)
    expect(await reading).toBe(2)
  })

  it("says since when there are counts", async () => {
    const process = open()
    const read = async (): Promise<number | null> => (await seriesOf(process).read("1h")).sinceMs
    expect(await read()).toBeNull()
    await process.world.runtime.advance(5 * MINUTE_MS)
    await miss(process)
    await process.world.runtime.advance(2 * MINUTE_MS)
    await miss(process)
    expect(await read()).toBe(CLOCK_START_MS + 5 * MINUTE_MS)
  })
})

describe("totals", () => {
  const TOTALS = "medusa:~totals"
  const DAY_MS = 24 * 60 * MINUTE_MS

  const totalsIn = async (process: CacheProcess): Promise<number | undefined> =>
    (await process.cache.insight.timeSeries.readTotals())?.totals.lookups

  it("are the same in every process, and grow for ever", async () => {
    const world = new CacheWorld()
    const [a, b, reader] = [open(world), open(world), open(world)]
    const seen: (number | undefined)[] = []
    for (let day = 0; day < 16; day++) {
      await miss(a, 2)
      await miss(b, 3)
      // Whoever is asked, in between and after a flush.
      for (const process of [a, b, reader]) seen.push(await totalsIn(process))
      await world.runtime.advance(10_000)
      for (const process of [b, a, reader]) seen.push(await totalsIn(process))
      await world.runtime.advance(DAY_MS / 2)
    }
    expect(seen).toEqual([...seen].sort((x, y) => Number(x) - Number(y)))
    expect(seen.at(0)).toBe(0)
    expect(seen.at(-1)).toBe(16 * 5)
    expect((await reader.cache.insight.timeSeries.read("7d")).totals.lookups).toBeLessThan(16 * 5)
  })

  it("do not have what waits in the process: the next one to be asked would have less", async () => {
    const process = open()
    await miss(process, 2)
    expect(await lookupsIn(process)).toBe(2)
    expect(await totalsIn(process)).toBe(0)
    await process.cache.insight.timeSeries.flush()
    expect(await totalsIn(process)).toBe(2)
  })

  it.each(["add", "set"] as const)("count once what was flushed, also when the answer to %s was lost", async (op) => {
    const process = open()
    if (op === "set") {
      await miss(process, 10)
      await process.cache.insight.timeSeries.flush()
    }
    process.server.script = (command) => (command.key === TOTALS && command.op === op ? "lost" : undefined)
    await miss(process, 3)
    await process.cache.insight.timeSeries.flush()
    process.server.script = () => undefined
    await process.world.runtime.advance(10_000)
    expect(await totalsIn(process)).toBe(op === "set" ? 13 : 3)
  })

  it("are unknown while Memcached is away, within the time-out of a frozen one, and complete afterwards", async () => {
    const process = open()
    const { runtime } = process.world
    await miss(process, 2)
    await process.cache.insight.timeSeries.flush()
    process.server.enter("down")
    await process.get("unreachable")
    expect(await totalsIn(process)).toBeUndefined()
    process.server.enter("ready")
    await runtime.advance(10_000)
    expect(await totalsIn(process)).toBe(3)

    process.server.held = true
    let answered: unknown = "not yet"
    void process.cache.insight.timeSeries.readTotals().then((figures) => (answered = figures))
    await runtime.advance(501)
    expect(answered).toBeUndefined()
  })

  it("begin again when Memcached was restarted", async () => {
    const process = open()
    await miss(process, 2)
    await process.cache.insight.timeSeries.flush()
    process.world.memcached.restart()
    expect(await totalsIn(process)).toBe(0)
    await miss(process)
    await process.world.runtime.advance(10_000)
    expect(await totalsIn(process)).toBe(1)
  })

  it("are left alone when a later version has written them", async () => {
    const process = open()
    process.server.submit(ownItem(TOTALS, '{"version":2}'), () => undefined)
    await miss(process)
    await process.world.runtime.advance(10_000)
    expect(await totalsIn(process)).toBeUndefined()
    expect(process.server.sentOf("set", TOTALS)).toHaveLength(1)
  })

  it("are off without an interval", async () => {
    const process = open(new CacheWorld(), 0)
    await miss(process)
    expect(await process.cache.insight.timeSeries.readTotals()).toBeUndefined()
  })

  it("are on the first server, so that an appended one does not take them over", async () => {
    const world = new CacheWorld(3)
    const process = open(world)
    await miss(process)
    await process.cache.insight.timeSeries.flush()
    expect(process.server.sentOf("add", TOTALS)).toHaveLength(1)
    expect(process.servers.slice(1).flatMap((server) => server.sentOf("add", TOTALS))).toEqual([])
  })

  it("have each type that they once had, and no tags, however many types there are", async () => {
    const world = new CacheWorld()
    const seen = new Map<string, number>()
    for (let round = 0; round < 6; round++) {
      const process = open(world)
      for (let i = 0; i < 10; i++) {
        const type = `Type${round * 8 + i}`
        await process.load(type, { i }, { tags: [`${type}:1`] })
        await process.cache.clear({ tags: [`${type}:1`] })
        await process.get(type)
      }
      await process.cache.insight.timeSeries.flush()
      const entities = (await process.cache.insight.timeSeries.readTotals())?.entities ?? []
      const now = new Map(entities.map(({ entity, lookups }) => [entity, lookups]))
      for (const [entity, lookups] of seen) expect(now.get(entity)).toBeGreaterThanOrEqual(lookups)
      for (const [entity, lookups] of now) seen.set(entity, lookups)
    }
    expect(seen.size).toBe(25)
    expect(seen.get("other")).toBeGreaterThan(0)
    expect(String(world.memcached.execute({ op: "get", key: TOTALS }).value)).not.toContain("clearedBy")
  })
})
