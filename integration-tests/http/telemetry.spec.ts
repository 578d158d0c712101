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
useMemcached(PREFIX)

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
        const shop = new Shop(api, await seedCatalogue(container), await createAdminUser(container))
        const outcomes = await eventually(
          async () => {
            instrumentation.forgetSpans()
            await shop.listProducts()
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
