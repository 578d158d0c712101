import type { tracing } from "@medusajs/framework/opentelemetry/sdk-node"
import { eventually } from "../../testing/eventually"
import { useMemcached } from "./memcached-of-the-app"
import { ShopInstrumentation } from "../telemetry/shop-instrumentation"
import { createAdminUser } from "./admin-user"
import { seedCatalogue } from "./catalogue"
import { Shop } from "./shop"
import { shopTestRunner } from "./shop-test-runner"

jest.setTimeout(180_000)

const PREFIX = "http-telemetry"

// Medusa runs a shop's `instrumentation.ts` before it loads the application, as here.
const instrumentation = new ShopInstrumentation()
beforeAll(() => instrumentation.register({ http: true, query: true, cache: true }))
afterAll(() => instrumentation.shutdown())
useMemcached(PREFIX, () => ({ CACHE_RESPONSES: "true" }))

/** Names from the span up to where its trace begins. */
function pathOf(span: tracing.ReadableSpan): string[] {
  const parentId = span.parentSpanContext?.spanId
  const parent = instrumentation.spans.find((other) => other.spanContext().spanId === parentId)
  return parent ? [span.name, ...pathOf(parent)] : [span.name]
}

shopTestRunner({
  testSuite: ({ api, getContainer }) => {
    describe("a traced shop", () => {
      it("has the cache's spans below those of the request and of the query, and hits as ever", async () => {
        const container = getContainer()
        const headers = await createAdminUser(container)
        const { publishableKey } = await seedCatalogue(container)
        const outcomes = await eventually(
          async () => {
            instrumentation.forgetSpans()
            // With an authorization there is no whole response for it.
            await api.get("/store/products", { headers: { ...headers, "x-publishable-api-key": publishableKey } })
            const own = instrumentation.spans.filter(({ name }) => name === `get ${PREFIX}`)
            return own.map(({ attributes }) => attributes["cache.outcome"])
          },
          (seen) => seen.length > 0 && seen.every((outcome) => outcome === "hit"),
          60_000
        )

        expect(outcomes.length).toBeGreaterThan(0)
        const paths = await eventually(
          () => instrumentation.spans.filter(({ name }) => name === `get ${PREFIX}`).map(pathOf),
          (found) => found.some((path) => path.includes("route handler: /store/products")),
          60_000
        )
        for (const path of paths) expect(path[1]).toBe("cache.get")
      })

      it("has the lookup of a stored response below the request", async () => {
        const { publishableKey } = await seedCatalogue(getContainer())
        const lookup = await eventually(
          async () => {
            instrumentation.forgetSpans()
            await api.get("/store/regions", { headers: { "x-publishable-api-key": publishableKey } })
            return instrumentation.spans.find(
              ({ attributes }) => attributes["http.route"] === "/store/regions" && attributes["db.namespace"] === PREFIX
            )
          },
          (span) => span?.attributes["cache.outcome"] === "hit",
          60_000
        )

        expect(lookup?.attributes).toMatchObject({ "db.system.name": "memcached", "db.operation.name": "get" })
        // A span is there when it has ended, which those around it do later.
        await eventually(
          () => (lookup ? pathOf(lookup) : []),
          ([, parent]) => parent === "middleware: answer",
          60_000
        )
      })

      it("has a clear below that of the event, with what came of it", async () => {
        const container = getContainer()
        const shop = new Shop(api, await seedCatalogue(container), await createAdminUser(container))
        instrumentation.forgetSpans()
        await shop.updateProduct(shop.catalogue.products[0]?.id ?? "", { title: "Renamed" })
        // A span is there when it has ended, which those around it do later.
        const clears = await eventually(
          () => instrumentation.spans.filter(({ name }) => name === `clear ${PREFIX}`),
          (spans) => spans.some((span) => pathOf(span)[1] === "cache.clear"),
          60_000
        )

        expect(clears[0]?.attributes).toMatchObject({
          "cache.outcome": "applied",
          "cache.clear.target": "tags",
          "cache.clear.kind": "automatic",
        })
      })
    })
  },
})
