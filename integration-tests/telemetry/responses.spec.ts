import { SpanStatusCode } from "@medusajs/framework/opentelemetry/api"
import type { tracing } from "@medusajs/framework/opentelemetry/sdk-node"
import { eventually } from "../../testing/eventually"
import { AnsweringApp, readThings, TAG } from "../responses/answering-app"
import { ShopInstrumentation } from "./shop-instrumentation"

jest.setTimeout(120_000)

const PATIENCE_MS = 30_000

const instrumentation = new ShopInstrumentation()
let app: AnsweringApp

beforeAll(async () => {
  instrumentation.register()
  app = await AnsweringApp.open((server) =>
    server.get("/store/products/:id", (req, res) => {
      if (req.params.id !== "unknown") readThings()
      res.json({ id: req.params.id })
    })
  )
})
beforeEach(() => instrumentation.forgetSpans())
afterAll(async () => {
  await app.close()
  await instrumentation.shutdown()
})

/** The spans of so many calls of the cache. Nobody waits for what is stored. */
const spansOf = (count: number): Promise<readonly tracing.ReadableSpan[]> =>
  eventually(
    () => instrumentation.spans,
    ({ length }) => length === count,
    PATIENCE_MS
  )

const attributesOf = (spans: readonly tracing.ReadableSpan[]) => spans.map(({ attributes }) => attributes)

describe("spans of stored responses", () => {
  it("tell a miss, what was stored after it, and a hit, with their route", async () => {
    await app.ask("/store/products/1")
    await spansOf(2)
    await app.ask("/store/products/1")
    const spans = await spansOf(3)

    expect(spans.map(({ name }) => name.split(" ")[0])).toEqual(["get", "set", "get"])
    expect(attributesOf(spans)).toMatchObject([
      { "http.route": "/store/products/:id", "cache.outcome": "miss", "cache.reason": "absent" },
      { "http.route": "/store/products/:id", "cache.outcome": "stored", "cache.entry.raw_bytes": 10 },
      { "http.route": "/store/products/:id", "cache.outcome": "hit" },
    ])
    expect(spans[2]?.attributes["cache.entry.bytes"]).toBeGreaterThan(0)
    for (const { attributes, status } of spans) {
      expect(attributes).toMatchObject({ "db.system.name": "memcached", "server.address": "127.0.0.1" })
      expect(status.code).toBe(SpanStatusCode.UNSET)
    }
  })

  it("link a miss to the clear that caused it", async () => {
    await app.ask("/store/products/2")
    await spansOf(2)
    await app.provider.clear({ tags: [TAG] })
    await app.ask("/store/products/2")
    const [, , clear, miss] = await spansOf(5)

    expect(clear?.attributes).toMatchObject({ "db.operation.name": "clear", "cache.outcome": "applied" })
    expect(miss?.attributes).toMatchObject({ "cache.outcome": "miss", "cache.reason": "cleared" })
    expect(miss?.links.map(({ context }) => context)).toEqual([clear?.spanContext()])
  })

  it("have no set when the response must not be stored", async () => {
    await app.ask("/store/products/unknown")
    const [miss] = await spansOf(1)
    expect(miss?.attributes["cache.outcome"]).toBe("miss")
  })

  it("never have an address, a publishable key or a header in them", async () => {
    const path = "/store/products/3?q=jane@example.com"
    for (let i = 0; i < 2; i++) {
      await app.ask(path, { headers: { "x-publishable-api-key": "pk_jane", "x-medusa-locale": "jane" } })
      await spansOf(2 + i)
    }
    expect(JSON.stringify(instrumentation.spans.map(({ name, attributes }) => [name, attributes]))).not.toContain(
      "jane"
    )
  })
})

describe("metrics of stored responses", () => {
  it("have the duration of their lookups and sets, and what making them took", async () => {
    await app.ask("/store/products/4")
    await spansOf(2)
    const collected = await instrumentation.collect()
    const countsOf = (name: string) =>
      (collected.get(name)?.dataPoints ?? []).map(({ value }) => (value as { count: number }).count)

    expect(countsOf("db.client.operation.duration").length).toBeGreaterThan(1)
    expect(countsOf("cache.build.duration")).toEqual([expect.any(Number)])
  })
})
