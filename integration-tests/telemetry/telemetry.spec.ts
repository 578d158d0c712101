import type { ICachingProviderService } from "@medusajs/framework/types"
import { SpanKind, SpanStatusCode } from "@medusajs/framework/opentelemetry/api"
import type { metrics } from "@medusajs/framework/opentelemetry/sdk-node"
import { openMemcachedProvider, PATIENT } from "../contract/memcached-subject"
import type { OpenInstance } from "../contract/subject"
import { eventually } from "../../testing/eventually"
import { type MemcachedProcess, startMemcached } from "../../testing/memcached"
import { ShopInstrumentation } from "./shop-instrumentation"

jest.setTimeout(120_000)

const KEY = "customer-jane@example.com"
const TAG = "Customer:jane@example.com"

let memcached: MemcachedProcess
const instrumentation = new ShopInstrumentation()
const instances: OpenInstance[] = []

beforeAll(async () => {
  memcached = await startMemcached()
  instrumentation.register()
})
afterEach(() => Promise.all(instances.splice(0).map((instance) => instance.close())))
afterAll(async () => {
  await instrumentation.shutdown()
  await memcached.stop()
})

let opened = 0

async function open(options: Record<string, unknown> = {}): Promise<{ id: string; cache: ICachingProviderService }> {
  const cachePrefix = `telemetry-${++opened}`
  const instance = await openMemcachedProvider({ ...PATIENT, serverUrls: [memcached.address], cachePrefix, ...options })
  instances.push(instance)
  return instance
}

/** The spans that the work leaves behind. */
async function finished(work: () => Promise<unknown>) {
  instrumentation.forgetSpans()
  await work()
  await new Promise((resolve) => setImmediate(resolve))
  return instrumentation.spans
}

/** The same, as far as they say something. */
async function spansOf(work: () => Promise<unknown>) {
  return (await finished(work)).map(({ name, attributes, kind, status, ended }) => ({
    name,
    attributes,
    kind,
    status: status.code,
    ended,
  }))
}

/** A metric's values by the values of its attributes, the provider's left out. Without zeros. */
function valuesOf(metric: metrics.MetricData | undefined, id: string): Record<string, number> {
  const points = metric?.dataPoints ?? []
  return Object.fromEntries(
    points
      .filter(({ attributes, value }) => attributes["cache.provider"] === id && value !== 0)
      .map(({ attributes: { "cache.provider": _provider, ...others }, value }) => [
        Object.values(others).join(" "),
        Number(value),
      ])
  )
}

const product = { id: "prod_1", title: "Shirt" }

describe("spans", () => {
  it("tell a hit, with the size of the entry", async () => {
    const { cache } = await open()
    await cache.set({ key: KEY, data: product, tags: [TAG] })
    const spans = await spansOf(() => cache.get({ key: KEY }))

    expect(spans).toEqual([
      {
        name: `get telemetry-${opened}`,
        kind: SpanKind.CLIENT,
        status: SpanStatusCode.UNSET,
        ended: true,
        attributes: {
          "db.system.name": "memcached",
          "db.operation.name": "get",
          "db.namespace": `telemetry-${opened}`,
          "server.address": "127.0.0.1",
          "server.port": memcached.port,
          "network.peer.address": "127.0.0.1",
          "network.peer.port": memcached.port,
          "cache.outcome": "hit",
          // The data, a line with the names of its tags, the hashes of its key and its tag, and the footer.
          "cache.entry.bytes": `${JSON.stringify(product)}\n${JSON.stringify([TAG])}\n`.length + 2 * 6 + 52,
          "cache.entry.raw_bytes": JSON.stringify(product).length,
        },
      },
    ])
  })

  it("tell a miss, and why", async () => {
    const { cache } = await open()
    await cache.set({ key: KEY, data: product, tags: [TAG] })
    await cache.clear({ tags: [TAG] })
    const spans = await spansOf(async () => {
      await cache.get({ key: "none" })
      await cache.get({ key: KEY })
    })

    expect(spans.map(({ attributes }) => attributes)).toMatchObject([
      { "cache.outcome": "miss", "cache.reason": "absent" },
      { "cache.outcome": "miss", "cache.reason": "cleared" },
    ])
    expect(spans.map(({ status }) => status)).toEqual([SpanStatusCode.UNSET, SpanStatusCode.UNSET])
  })

  it("tell a lookup by tags, and how much it has found", async () => {
    const { cache } = await open()
    await cache.set({ key: KEY, data: product, tags: [TAG] })
    const spans = await spansOf(async () => {
      await cache.get({ tags: [TAG, "other"] })
      await cache.get({ tags: ["none"] })
    })

    expect(spans.map(({ attributes }) => attributes)).toMatchObject([
      { "cache.outcome": "hit", "cache.tag_count": 2, "cache.entry_count": 1 },
      { "cache.outcome": "miss", "cache.tag_count": 1, "cache.entry_count": 0 },
    ])
  })

  it("tell a store, and one that was refused, and why", async () => {
    const { cache } = await open()
    const stored = await spansOf(() => cache.set({ key: "1", data: product, tags: ["a", "b"] }))
    const refused = await spansOf(() => cache.set({ key: "2", data: undefined as unknown as object }))

    expect(stored).toMatchObject([
      {
        name: `set telemetry-${opened}`,
        kind: SpanKind.CLIENT,
        attributes: {
          "db.operation.name": "set",
          "cache.outcome": "stored",
          "cache.tag_count": 2,
          "cache.entry.raw_bytes": JSON.stringify(product).length,
        },
      },
    ])
    expect(refused).toMatchObject([
      { attributes: { "cache.outcome": "refused", "cache.reason": "not_cacheable" }, status: SpanStatusCode.UNSET },
    ])
  })

  it("tell a store of what was cleared while it was loaded", async () => {
    const { cache } = await open()
    const spans = await spansOf(async () => {
      await cache.get({ key: KEY })
      await cache.clear({ tags: [TAG], options: { autoInvalidate: true } })
      await cache.set({ key: KEY, data: product, tags: [TAG] })
    })

    expect(spans.map(({ attributes }) => [attributes["db.operation.name"], attributes["cache.outcome"]])).toEqual([
      ["get", "miss"],
      ["clear", "applied"],
      ["set", "refused"],
    ])
    expect(spans[2]?.attributes["cache.reason"]).toBe("stale")
  })

  it("tell what a clear names, without its names", async () => {
    const { cache } = await open()
    const spans = await spansOf(async () => {
      await cache.clear({ key: KEY })
      await cache.clear({ tags: ["a", "b", "c"], options: { autoInvalidate: true } })
      await cache.clear({ tags: ["*"] })
      await cache.clear({ tags: [] })
    })

    expect(spans.map(({ attributes }) => attributes)).toMatchObject([
      { "cache.outcome": "applied", "cache.clear.target": "key", "cache.clear.kind": "explicit" },
      {
        "cache.outcome": "applied",
        "cache.clear.target": "tags",
        "cache.clear.kind": "automatic",
        "cache.tag_count": 3,
      },
      { "cache.outcome": "applied", "cache.clear.target": "everything", "cache.clear.kind": "explicit" },
      { "cache.outcome": "nothing" },
    ])
  })

  it("name the server that has the entry", async () => {
    const second = await startMemcached()
    try {
      const { cache } = await open({ serverUrls: [memcached.address, second.address] })
      const spans = await spansOf(async () => {
        for (let i = 0; i < 30; i++) await cache.get({ key: `entry-${i}` })
      })

      const ports = new Set(spans.map(({ attributes }) => attributes["server.port"]))
      expect(ports).toEqual(new Set([memcached.port, second.port]))
    } finally {
      await second.stop()
    }
  })

  it("link a miss to the clear that caused it", async () => {
    const { cache } = await open()
    for (const key of ["1", "2"]) await cache.set({ key, data: product, tags: [TAG] })
    const spans = await finished(async () => {
      await cache.clear({ tags: ["other"] })
      await cache.clear({ tags: [TAG], options: { autoInvalidate: true } })
      await cache.get({ key: "1" })
      await cache.get({ key: "none" })
      await cache.clear({ key: "2" })
      await cache.get({ key: "2" })
    })

    const [, byTag, cleared, absent, byKey, deleted] = spans
    expect(cleared?.links.map(({ context }) => context)).toEqual([byTag?.spanContext()])
    expect(absent?.links).toEqual([])
    expect(deleted?.links.map(({ context }) => context)).toEqual([byKey?.spanContext()])
  })

  it("link no miss to a clear by another process, whose span is unknown here", async () => {
    const { cache } = await open()
    await cache.set({ key: KEY, data: product, tags: [TAG] })
    const other = await openMemcachedProvider({
      ...PATIENT,
      serverUrls: [memcached.address],
      cachePrefix: `telemetry-${opened}`,
    })
    instances.push(other)
    await other.cache.clear({ tags: [TAG] })
    const [lookup] = await finished(() => cache.get({ key: KEY }))

    expect(lookup?.attributes["cache.reason"]).toBe("cleared")
    expect(lookup?.links).toEqual([])
  })

  it("never have a key, a tag or a value in them", async () => {
    const { cache } = await open()
    const spans = await spansOf(async () => {
      await cache.get({ key: KEY, tags: [TAG] })
      await cache.set({ key: KEY, data: { email: "jane@example.com" }, tags: [TAG] })
      await cache.get({ key: KEY })
      await cache.get({ tags: [TAG] })
      await cache.clear({ tags: [TAG] })
      await cache.clear({ key: KEY })
    })

    expect(spans).toHaveLength(6)
    expect(JSON.stringify(spans)).not.toContain("jane")
  })
})

describe("with Memcached away", () => {
  let own: MemcachedProcess
  beforeEach(async () => {
    own = await startMemcached()
  })
  afterEach(() => own.stop())

  it("spans have the status of an error, and nothing throws", async () => {
    const { cache } = await open({ serverUrls: [own.address], clearTimeoutMs: 50, timeoutMs: 100 })
    await cache.set({ key: KEY, data: product, tags: [TAG] })
    await eventually(
      () => cache.get({ key: KEY }),
      (data) => data !== null,
      10_000
    )
    await own.kill()
    const spans = await spansOf(async () => {
      expect(await cache.get({ key: KEY })).toBeNull()
      await cache.set({ key: KEY, data: product, tags: [TAG] })
      await cache.clear({ tags: [TAG] })
    })

    expect(spans.map(({ attributes, status }) => ({ ...attributes, status }))).toMatchObject([
      { "cache.outcome": "miss", "cache.reason": "unreachable", "error.type": "unreachable", status: 2 },
      { "cache.outcome": "refused", "cache.reason": "unreachable", "error.type": "unreachable", status: 2 },
      { "cache.outcome": "pending", "error.type": "pending", status: 2 },
    ])
  })
})

describe("metrics", () => {
  it("count lookups, misses by reason, stores, refusals by reason and clears", async () => {
    const { id, cache } = await open()
    await cache.set({ key: "1", data: product, tags: ["t"] })
    await cache.get({ key: "1" })
    await cache.get({ key: "1" })
    await cache.clear({ tags: ["t"], options: { autoInvalidate: true } })
    await cache.get({ key: "1" })
    await cache.get({ key: "none" })
    await cache.set({ key: "2", data: undefined as unknown as object })
    await cache.clear({ key: "1" })
    const collected = await instrumentation.collect()

    expect(valuesOf(collected.get("cache.lookups"), id)).toEqual({ hit: 2, "miss cleared": 1, "miss new": 1 })
    expect(valuesOf(collected.get("cache.sets"), id)).toEqual({ stored: 1, "refused not_cacheable": 1 })
    expect(valuesOf(collected.get("cache.clears"), id)).toEqual({ explicit: 1, automatic: 1 })
    expect(valuesOf(collected.get("cache.clears.pending"), id)).toEqual({})
  })

  it("have the duration of each operation, by outcome", async () => {
    const { cache } = await open()
    const prefix = `telemetry-${opened}`
    await cache.get({ key: "none" })
    await cache.get({ key: "none" })
    await cache.set({ key: "1", data: product })
    await cache.get({ key: "1" })
    await cache.clear({ key: "1" })
    const metric = (await instrumentation.collect()).get("db.client.operation.duration")

    const points = (metric?.dataPoints ?? []).filter(({ attributes }) => attributes["db.namespace"] === prefix)
    const counts = points.map(({ attributes, value }) => [
      attributes["db.operation.name"],
      attributes["cache.outcome"],
      (value as { count: number }).count,
    ])
    expect(metric?.descriptor.unit).toBe("s")
    expect(counts).toEqual(
      expect.arrayContaining([
        ["get", "miss", 2],
        ["set", "stored", 1],
        ["get", "hit", 1],
        ["clear", "applied", 1],
      ])
    )
    for (const { value } of points) {
      const { sum, count } = value as { sum: number; count: number }
      expect(sum).toBeGreaterThan(0)
      expect(sum / count).toBeLessThan(30)
    }
    expect(JSON.stringify(points)).not.toContain("none")
  })

  it("have what the loads of stored entries took", async () => {
    const { cache } = await open()
    const prefix = `telemetry-${opened}`
    await cache.get({ key: "1" })
    await new Promise((resolve) => setTimeout(resolve, 30))
    await cache.set({ key: "1", data: product })
    // Without a lookup nobody knows.
    await cache.set({ key: "2", data: product })
    const metric = (await instrumentation.collect()).get("cache.build.duration")

    expect(metric?.descriptor.unit).toBe("s")
    const [point] = (metric?.dataPoints ?? []).filter(({ attributes }) => attributes["db.namespace"] === prefix)
    const { sum, count } = point?.value as { sum: number; count: number }
    expect(count).toBe(1)
    expect(sum).toBeGreaterThan(0.02)
    expect(sum).toBeLessThan(30)
  })
})
