import { setTimeout as delay } from "node:timers/promises"
import type { MedusaContainer } from "@medusajs/framework/types"
import type { Cache, ClearInput } from "../../src/cache"
import { CACHE_MONITOR } from "../../src/modules/cache-monitor"
import { carryOut } from "../../src/modules/cache-monitor/carry-out"
import { Invalidations } from "../../src/modules/cache-monitor/invalidations"
import type { CacheMonitorService } from "../../src/modules/cache-monitor/service"
import { RunQueue } from "../../src/modules/cache-monitor/run-queue"
import { eventually } from "../../testing/eventually"
import { useModuleDatabase } from "./module-database"

const PATIENCE_MS = 20_000
const HEARTBEAT_MS = 100

const wanted = (id: string, settings: { dryRun?: boolean; providerId?: string } = {}) => ({
  id,
  providerId: "p",
  autoInvalidateOnly: false,
  dryRun: false,
  createdBy: { origin: "admin", actorId: "user_1" } as const,
  ...settings,
})
const names = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`)
const targets = (tags: string[], keys: string[] = []) => ({ tags, keys, all: false, complete: true })

/** Memcached, as far as a run sees it. */
class FakeCache {
  readonly cleared: ClearInput[] = []
  readonly options = { ttlCapSeconds: 60 }
  readonly servers = [{ id: "cache-1:11211" }]
  hasPending = false
  logStatus = () => ({ pendingServers: this.servers.map(({ id }) => id) })
  readonly insight = { entries: { ofAny: async () => 2 } }
  onClear: () => void | Promise<void> = () => undefined
  status = "applied"

  async clear(input: ClearInput) {
    this.cleared.push(input)
    await this.onClear()
    return { status: this.status }
  }
}

const connection = useModuleDatabase()
let service: Pick<CacheMonitorService, "invalidations" | "queue" | "caches">
let other: Invalidations
let cache: FakeCache
const scope = {
  resolve: (name: string) => (name === CACHE_MONITOR ? service : undefined),
} as unknown as MedusaContainer

beforeEach(() => {
  const caches = () => new Map([["p", cache as unknown as Cache]])
  service = { invalidations: new Invalidations(connection, HEARTBEAT_MS), queue: new RunQueue(), caches }
  other = new Invalidations(connection)
  cache = new FakeCache()
})
afterEach(() => {
  service.invalidations.close()
})

/** As time does it. */
const grow = (id: string, age: string) =>
  connection().raw(
    `update cache_invalidation set created_at = created_at - ?::interval, heartbeat_at = heartbeat_at - ?::interval,
         ended_at = ended_at - ?::interval where id = ?`,
    [age, age, age, id]
  )
const storedTargets = async (): Promise<number> => {
  const { rows } = await connection().raw<{ rows: { count: number }[] }>(
    "select count(targets)::int as count from cache_invalidation_batch"
  )
  return rows[0]?.count ?? 0
}

describe("what is known of a bulk invalidation", () => {
  it("is the same in every process, from the moment that it is accepted", async () => {
    await service.invalidations.create(wanted("a"), targets(names("t", 1_500), names("k", 600)))
    const accepted = { id: "a", state: "running", total: 2_100, done: 0, endedAtMs: null }
    for (const invalidations of [service.invalidations, other]) {
      expect(await invalidations.find("a")).toMatchObject({
        ...accepted,
        createdBy: { type: "admin", id: "user_1" },
      })
      expect(await invalidations.list()).toMatchObject([accepted])
      expect(await invalidations.batchesOf("a")).toEqual([])
      for (const unknown of ["b", "nul \u0000", "\ud800", "x".repeat(60_000)]) {
        expect(await invalidations.find(unknown)).toBeUndefined()
      }
    }
  })

  it("is how far it is, and how it has ended", async () => {
    await service.invalidations.create(wanted("a"), targets(names("t", 2_500)))
    const seen: (number | undefined)[] = []
    cache.onClear = async () => void seen.push((await other.find("a"))?.done)
    const result = await carryOut(scope, "a")
    expect(result).toEqual({
      ...{ id: "a", state: "done", dryRun: false, providerId: "p", message: "Cleared 2500 targets." },
      ...{ total: 2_500, done: 2_500, pending: 0, retries: 0, staleUntilMs: null },
    })
    expect(await other.find("a")).toMatchObject({ state: "done", done: 2_500, message: result.message })
    expect(await other.batchesOf("a")).toMatchObject([
      { index: 0, targets: 1_000, status: "applied", attempts: 1 },
      { index: 1, targets: 1_000, status: "applied", attempts: 1 },
      { index: 2, targets: 500, status: "applied", attempts: 1 },
    ])
    expect(seen).toEqual([0, 1_000, 2_000])
    expect(cache.cleared.flatMap(({ tags }) => tags)).toEqual(names("t", 2_500))
    expect(await storedTargets()).toBe(0)
  })

  it("is the newest hundred of a week, and the last hundred batches of each", async () => {
    for (let i = 0; i < 105; i++) {
      await service.invalidations.create(wanted(`run-${i}`), targets(["t"]))
      await service.invalidations.end(`run-${i}`, { state: "done", message: "m".repeat(60_000) })
    }
    await service.invalidations.create(wanted("last"), targets(names("t", 100_001)))
    const listed = await other.list()
    expect(listed).toHaveLength(100)
    expect([listed[0]?.id, listed.at(-1)?.id]).toEqual(["last", "run-6"])
    expect(listed[1]?.message).toBe("m".repeat(2_000))
    expect(await other.find("run-5")).toBeUndefined()

    await carryOut(scope, "last")
    const batches = await other.batchesOf("last")
    expect([batches.length, batches[0]?.index, batches.at(-1)?.index]).toEqual([100, 1, 100])
    await grow("last", "8 days")
    await service.invalidations.create(wanted("next"), targets(["t"]))
    expect(await other.find("last")).toBeUndefined()
  })

  it("takes any key, in as many values of the database as it needs", async () => {
    const keys = ["nul \u0000", "half of a pair \ud83d", "ключ", ...names("k".repeat(10_000), 100)]
    await service.invalidations.create(wanted("a"), targets([], keys))
    expect(await carryOut(scope, "a")).toMatchObject({ state: "done", total: keys.length })
    expect(cache.cleared.flatMap((input) => input.keys)).toEqual(keys)
    expect(cache.cleared.length).toBeGreaterThan(1)
  })

  it("cannot be told before the shop has run the migration, and says so", async () => {
    await connection().raw("drop table cache_invalidation_batch, cache_invalidation")
    for (const attempt of [
      () => service.invalidations.list(),
      () => service.invalidations.find("a"),
      () => service.invalidations.create(wanted("a"), targets(["t"])),
      () => service.invalidations.takeInterrupted(["p"]),
    ]) {
      await expect(attempt()).rejects.toMatchObject({
        type: "not_allowed",
        message: expect.stringContaining("npx medusa db:migrate") as string,
      })
    }
  })
})

describe("an id", () => {
  it("is accepted once, also when it is asked for twice at a time", async () => {
    const twice = [1, 2].map(() => service.invalidations.create(wanted("a"), targets(names("t", 3_000))))
    expect((await Promise.all(twice)).sort()).toEqual([false, true])
    expect(await other.find("a")).toMatchObject({ total: 3_000 })
  })

  it("is carried out once within an hour", async () => {
    await service.invalidations.create(wanted("a"), targets(["t"]))
    const first = await carryOut(scope, "a")
    await grow("a", "59 minutes")
    expect(await service.invalidations.isKnown("a")).toBe(true)
    expect(await service.invalidations.create(wanted("a"), targets(["t", "u"]))).toBe(false)
    expect(await carryOut(scope, "a")).toEqual(first)
    expect(cache.cleared).toHaveLength(1)

    await grow("a", "2 minutes")
    expect(await service.invalidations.isKnown("a")).toBe(false)
    expect(await service.invalidations.create(wanted("a"), targets(["t", "u"]))).toBe(true)
    expect(await carryOut(scope, "a")).toMatchObject({ total: 2, done: 2 })
  })
})

describe("a run", () => {
  it("waits for its turn, and goes on for others meanwhile", async () => {
    await Promise.all([service.queue.turn("first"), service.queue.turn("second")])
    await service.invalidations.create(wanted("third"), targets(["t"]))
    const ended = carryOut(scope, "third")
    await grow("third", "29 seconds")
    await delay(5 * HEARTBEAT_MS)
    expect(await other.find("third")).toMatchObject({ state: "running", done: 0 })
    expect(await other.takeInterrupted(["p"])).toBeUndefined()
    expect(cache.cleared).toEqual([])
    service.queue.leave("first")
    expect(await ended).toMatchObject({ id: "third", state: "done" })
    service.queue.leave("second")
  })

  it("clears everything with one call, and says so", async () => {
    await service.invalidations.create(wanted("a"), { tags: [], keys: [], all: true, complete: true })
    expect(await carryOut(scope, "a")).toMatchObject({ total: 1, message: "Cleared everything." })
    expect(cache.cleared).toEqual([{ tags: ["*"] }])
  })

  it("clears nothing when it is dry, and says what it would", async () => {
    await service.invalidations.create(wanted("a", { dryRun: true }), targets(names("t", 1_001)))
    const { state, message } = await carryOut(scope, "a")
    expect({ state, message }).toEqual({
      state: "done",
      message:
        "Dry run: nothing was cleared. A real run clears 1001 targets. " +
        "About 2 cached entries have one of its first 200 tags, or its keys.",
    })
    expect((await other.batchesOf("a")).map(({ status }) => status)).toEqual(["dry_run", "dry_run"])
    expect(cache.cleared).toEqual([])
  })

  it("is partly done when patterns may have missed something", async () => {
    await service.invalidations.create(wanted("a"), { ...targets(["t"]), complete: false })
    const { state, message } = await carryOut(scope, "a")
    expect(state).toBe("partly_done")
    expect(message).toMatch(/^Cleared 1 target\. Not all known tags could be read/)
  })

  it("gives the event loop its turn between two batches", async () => {
    await service.invalidations.create(wanted("a"), targets(names("t", 20_000)))
    let turns = 0
    let counting = true
    const count = () => {
      turns += 1
      if (counting) setImmediate(count)
    }
    setImmediate(count)
    await carryOut(scope, "a")
    counting = false
    expect(turns).toBeGreaterThanOrEqual(19)
  })

  it("has failed, and makes room for another, when something is broken", async () => {
    await service.queue.turn("first")
    await service.invalidations.create(wanted("a"), targets(["t"]))
    cache.onClear = () => {
      throw new Error("It is broken")
    }
    await expect(carryOut(scope, "a")).rejects.toThrow("It is broken")
    expect(await other.find("a")).toMatchObject({ state: "failed", message: "Failed: It is broken" })
    cache.onClear = () => undefined
    await service.invalidations.create(wanted("b"), targets(["t"]))
    expect(await carryOut(scope, "b")).toMatchObject({ state: "done" })
    service.queue.leave("first")
  })
})

describe("a run whose process has ended", () => {
  /** After the first of three batches. */
  const interrupted = async (id: string, providerId = "p"): Promise<void> => {
    await other.create(wanted(id, { providerId }), targets(names("t", 2_500)))
    await other.begin(id)
    await other.answered(id, { index: 0, status: "applied", attempts: 1, durationMs: 5 })
    await grow(id, "31 seconds")
  }

  it("is shown as interrupted", async () => {
    await interrupted("a")
    const run = await service.invalidations.find("a")
    expect(run).toMatchObject({ state: "failed", done: 1_000, total: 2_500 })
    expect(run?.endedAtMs).toBeLessThan(Date.now() - 25_000)
    expect(run?.message).toMatch(/^Interrupted: .* after 1000 of 2500 targets\. A worker goes on/)
    expect(await service.invalidations.list()).toMatchObject([{ id: "a", state: "failed" }])
  })

  it("is taken up by one other, which has its provider, and goes on with what is left", async () => {
    await interrupted("a")
    await interrupted("b", "of-another")
    const taken = await Promise.all([1, 2, 3].map(() => service.invalidations.takeInterrupted(["p"])))
    expect(taken.filter((id) => id !== undefined)).toEqual(["a"])
    expect(await service.invalidations.find("a")).toMatchObject({ state: "running", done: 1_000 })
    expect(await carryOut(scope, "a")).toMatchObject({ state: "done", done: 2_500, message: "Cleared 2500 targets." })
    expect(cache.cleared.flatMap(({ tags }) => tags)).toEqual(names("t", 2_500).slice(1_000))
    expect(await service.invalidations.takeInterrupted([])).toBeUndefined()
  })

  it("is not undone by what that process says late", async () => {
    await interrupted("a")
    expect(await carryOut(scope, "a")).toMatchObject({ state: "done" })
    await other.answered("a", { index: 1, status: "pending", attempts: 1, durationMs: 5 })
    expect(await service.invalidations.find("a")).toMatchObject({ state: "done", pending: 0 })
    await grow("a", "31 seconds")
    expect(await service.invalidations.takeInterrupted(["p"])).toBeUndefined()
  })

  it("is no other that has ended, however long ago", async () => {
    await service.invalidations.create(wanted("a"), targets(["t"]))
    await carryOut(scope, "a")
    await grow("a", "2 minutes")
    expect(await other.takeInterrupted(["p"])).toBeUndefined()
  })
})

describe("a run whose process is being stopped before its turn", () => {
  it("is interrupted, and is carried out by another", async () => {
    await service.invalidations.create(wanted("a"), targets(["t"]))
    const { caches } = service
    service = { ...service, caches: () => new Map<string, Cache>() }
    await expect(carryOut(scope, "a")).rejects.toThrow("p")
    expect(await other.find("a")).toMatchObject({ state: "running", done: 0 })

    await grow("a", "31 seconds")
    expect(await other.takeInterrupted(["p"])).toBe("a")
    service = { ...service, caches }
    expect(await carryOut(scope, "a")).toMatchObject({ state: "done", done: 1 })
  })
})

describe("a run whose database fails in between", () => {
  it("is interrupted, and goes on with what is left", async () => {
    await service.invalidations.create(wanted("a"), targets(names("t", 2_500)))
    cache.onClear = async () => {
      cache.onClear = () => undefined
      await connection().raw("alter table cache_invalidation_batch rename column attempts to tries")
    }
    await expect(carryOut(scope, "a")).rejects.toThrow('column "attempts" does not exist')
    await connection().raw("alter table cache_invalidation_batch rename column tries to attempts")
    expect(await other.find("a")).toMatchObject({ state: "running", done: 0 })

    await grow("a", "31 seconds")
    expect(await other.find("a")).toMatchObject({ message: expect.stringMatching(/^Interrupted: /) as string })
    expect(await other.takeInterrupted(["p"])).toBe("a")
    expect(await carryOut(scope, "a")).toMatchObject({ state: "done", done: 2_500 })
  })
})

describe("a run that cannot deliver everything", () => {
  const pendingRun = async () => {
    await service.invalidations.create(wanted("a"), targets(names("t", 1_500)))
    // From the second batch on, for longer than the run waits.
    cache.onClear = () => {
      if (cache.cleared.length < 2) return
      cache.status = "pending"
      cache.hasPending = true
    }
    return carryOut(scope, "a", 200)
  }

  it("says so, until when others may serve it, and that it was delivered", async () => {
    const { message, staleUntilMs, ...result } = await pendingRun()
    expect(result).toMatchObject({ state: "partly_done", done: 1_500, pending: 500 })
    expect(message).toContain("cache-1:11211 could not be reached for 500 of 1500 targets")
    const ended = await other.find("a")
    expect(staleUntilMs).toBe((ended?.endedAtMs ?? 0) + 60_000)
    expect(ended).toMatchObject({ state: "partly_done", pending: 500 })

    cache.hasPending = false
    const delivered = await eventually(
      () => other.find("a"),
      (run) => run?.state === "done",
      PATIENCE_MS
    )
    expect(delivered).toMatchObject({ pending: 0, done: 1_500, endedAtMs: ended?.endedAtMs })
    expect(delivered?.message).toBe(
      "Cleared 1500 targets. 500 targets were delivered after the run had ended, once Memcached was available again."
    )
    expect(await storedTargets()).toBe(0)
  })

  it("is kept in hand by its process, and is taken up by another when that has ended", async () => {
    await pendingRun()
    await grow("a", "29 seconds")
    await delay(5 * HEARTBEAT_MS)
    expect(await other.takeInterrupted(["p"])).toBeUndefined()

    service.invalidations.close()
    await grow("a", "31 seconds")
    expect(await other.takeInterrupted(["p"])).toBe("a")
    const asked = cache.cleared.length
    cache.onClear = () => undefined
    cache.status = "applied"
    cache.hasPending = false
    expect(await carryOut(scope, "a")).toMatchObject({ state: "done", done: 1_500, pending: 0 })
    expect(cache.cleared.slice(asked).flatMap(({ tags }) => tags)).toEqual(names("t", 1_500).slice(1_000))
  })

  it("is kept until it is delivered, however many come after it", async () => {
    await pendingRun()
    for (let i = 0; i < 105; i++) {
      await service.invalidations.create(wanted(`run-${i}`), targets(["t"]))
      await service.invalidations.end(`run-${i}`, { state: "done", message: "" })
    }
    expect(await other.find("a")).toMatchObject({ state: "partly_done", pending: 500 })
  })
})
