import { spawn } from "node:child_process"
import { join } from "node:path"
import { findFreePort } from "../../tools/services/free-port"
import { CollectingLogger } from "../../testing/collecting-logger"
import { eventually } from "../../testing/eventually"
import { loadThrough } from "../contract/load-through"
import { openMemcachedProvider } from "../contract/memcached-subject"
import { productList } from "../contract/sample-data"
import type { OpenInstance } from "../contract/subject"
import { type MemcachedProcess, startMemcached } from "../../testing/memcached"
import { runningTimeOf } from "../../testing/running-time"

jest.setTimeout(180_000)

const TIMEOUT_MS = 300

/** The time-out of a lookup, and what a busy machine adds. */
const LOOKUP_MS = TIMEOUT_MS + 700

/** A clear tries for this long before it is kept for later. */
const CLEAR_TIMEOUT_MS = 600
const CLEAR_MS = CLEAR_TIMEOUT_MS + TIMEOUT_MS + 700

let memcached: MemcachedProcess
const openInstances: OpenInstance[] = []

beforeEach(async () => {
  memcached = await startMemcached()
})
afterEach(async () => {
  memcached.thaw()
  await Promise.all(openInstances.splice(0).map((instance) => instance.close()))
  await memcached.kill()
})

async function open(logger = new CollectingLogger()) {
  const options = { serverUrls: [memcached.address], timeoutMs: TIMEOUT_MS, clearTimeoutMs: CLEAR_TIMEOUT_MS }
  const instance = await openMemcachedProvider({ cachePrefix: "outage", ...options }, logger)
  openInstances.push(instance)
  return instance.cache
}

async function timed(call: Promise<unknown>): Promise<{ value: unknown; tookMs: number }> {
  const tookMs = await runningTimeOf(call)
  return { value: await call, tookMs }
}

const outages: { name: string; begin: () => Promise<void> | void; end: () => Promise<void> | void }[] = [
  { name: "killed", begin: () => memcached.kill(), end: () => memcached.restart() },
  { name: "frozen", begin: () => memcached.freeze(), end: () => memcached.thaw() },
]

for (const { name, begin, end } of outages) {
  describe(`memcached ${name}`, () => {
    it("answers every call in time, with a miss", async () => {
      const cache = await open()
      await cache.set({ key: "1", data: { id: "1" }, ttl: 60, tags: ["t"] })
      expect(await cache.get({ key: "1" })).toEqual({ id: "1" })
      await begin()

      const lookups = await Promise.all(Array.from({ length: 20 }, () => timed(cache.get({ key: "1" }))))
      for (const { value } of lookups) expect(value).toBeNull()
      expect(Math.max(...lookups.map(({ tookMs }) => tookMs))).toBeLessThan(LOOKUP_MS)
      const byTag = await timed(cache.get({ tags: ["t"] }))
      expect(byTag.value).toEqual([])
      expect(byTag.tookMs).toBeLessThan(LOOKUP_MS)
      expect((await timed(cache.set({ key: "2", data: { id: "2" }, ttl: 60, tags: ["t"] }))).tookMs).toBeLessThan(
        LOOKUP_MS
      )
      expect((await timed(cache.clear({ tags: ["t"] }))).tookMs).toBeLessThan(CLEAR_MS)
      expect((await timed(cache.clear({ key: "1" }))).tookMs).toBeLessThan(CLEAR_MS)
    })

    it("answers at once after the first failures", async () => {
      const cache = await open()
      await cache.set({ key: "1", data: { id: "1" }, ttl: 60 })
      await begin()
      await eventually(
        async () => (await timed(cache.get({ key: "1" }))).tookMs,
        (tookMs) => tookMs < 20,
        30_000
      )

      // If each of them waited for the server, they would take half a minute.
      const oneAfterAnother = async () => {
        for (let i = 0; i < 100; i++) expect(await cache.get({ key: `${i}` })).toBeNull()
      }
      expect((await timed(oneAfterAnother())).tookMs).toBeLessThan(10 * TIMEOUT_MS)
    })

    it("hits again after it, and does not serve what was cleared during it", async () => {
      const cache = await open()
      const other = await open()
      await cache.set({ key: "cleared", data: { id: "cleared" }, ttl: 60, tags: ["cleared"] })
      await cache.set({ key: "kept", data: { id: "kept" }, ttl: 60, tags: ["kept"] })
      expect(await other.get({ key: "cleared" })).toEqual({ id: "cleared" })
      await begin()
      await cache.clear({ tags: ["cleared"] })
      expect(await cache.get({ key: "cleared" })).toBeNull()
      await end()

      // Whoever knows of the clear never serves it; when it hits again, the clear has been delivered to all.
      await eventually(
        async () => {
          expect(await cache.get({ key: "cleared" })).toBeNull()
          return loadThrough(cache, "control", { id: "control" })
        },
        (value) => value !== null,
        60_000
      )
      await eventually(
        () => other.get({ key: "control" }) as Promise<unknown>,
        (value) => value !== null,
        60_000
      )
      expect(await other.get({ key: "cleared" })).toBeNull()
    })

    it("says once that it is away, and once that it is back", async () => {
      const logger = new CollectingLogger()
      const cache = await open(logger)
      await eventually(
        () => logger.texts("info"),
        (texts) => texts.some((text) => text.includes("Successfully connected")),
        30_000
      )
      await begin()
      await eventually(
        async () => {
          await cache.get({ key: "1" })
          return logger.texts("warn")
        },
        (texts) => texts.length > 0,
        30_000
      )
      for (let i = 0; i < 200; i++) {
        await cache.get({ key: `${i}` })
        void cache.set({ key: `${i}`, data: { i }, ttl: 60 })
      }
      expect(logger.texts("warn")).toHaveLength(1)
      expect(logger.texts("error")).toEqual([])
      await end()

      await eventually(
        async () => {
          await cache.get({ key: "1" })
          return logger.texts("info")
        },
        (texts) => texts.some((text) => text.includes("is available again")),
        60_000
      )
      expect(logger.texts("warn")).toHaveLength(1)
    })
  })
}

describe("a process that has the provider", () => {
  const run = (address: string) =>
    new Promise<{ code: number | null; output: string; tookMs: number }>((resolve, reject) => {
      const startedAt = performance.now()
      const child = spawn(process.execPath, ["--import", "tsx", join(__dirname, "short-process.ts"), address], {
        env: { ...process.env, NODE_OPTIONS: "" },
        stdio: ["ignore", "pipe", "pipe"],
      })
      const output: string[] = []
      child.stdout.on("data", (chunk: Buffer) => output.push(chunk.toString()))
      child.stderr.on("data", (chunk: Buffer) => output.push(chunk.toString()))
      const timer = setTimeout(() => child.kill("SIGKILL"), 120_000)
      child.once("error", reject)
      child.once("exit", (code) => {
        clearTimeout(timer)
        resolve({ code, output: output.join(""), tookMs: performance.now() - startedAt })
      })
    })

  it("ends by itself when it has nothing more to do, without closing anything", async () => {
    const { code, output } = await run(memcached.address)

    expect(output).toContain('found {"id":"1"}')
    expect(code).toBe(0)
  })

  it("ends by itself when there is no server", async () => {
    const { code, output } = await run(`127.0.0.1:${await findFreePort()}`)

    expect(output).toContain("found null")
    expect(code).toBe(0)
  })

  it("ends by itself when the server answers nothing", async () => {
    memcached.freeze()
    const { code, output } = await run(memcached.address)

    expect(output).toContain("found null")
    expect(code).toBe(0)
  })
})

describe("large entries", () => {
  it("never come back damaged when the server is killed in the middle of them", async () => {
    const cache = await open()
    const data = productList(50)
    for (let round = 0; round < 3; round++) {
      await eventually(
        () => loadThrough(cache, "large", data),
        (value) => value !== null,
        60_000
      )
      // Each in a context of its own, as requests are: which set belongs to which lookup is told by that.
      const lookups = Array.from({ length: 30 }, () => inOwnContext(() => cache.get({ key: "large" })))
      await Promise.all([memcached.kill(), ...lookups])
      for (const found of await Promise.all(lookups)) expect([null, data]).toContainEqual(found)
      await memcached.restart()
    }
  })
})

function inOwnContext<T>(call: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => setImmediate(() => void call().then(resolve, reject)))
}
