import { setTimeout as delay } from "node:timers/promises"
import axios, { type AxiosInstance } from "axios"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { updateProductsWorkflow, updateRegionsWorkflow } from "@medusajs/medusa/core-flows"
import { newProduct } from "../catalogue"
import { inFixedOrder } from "../shop"
import { MedusaProcess } from "../two-processes/medusa-process"
import { REFUSED_CHANGES } from "./refused-changes"
import type { Section } from "./section"
import { buyInVain } from "./stock"

const ROUNDS = 3
const VISITORS = 3
/** With three of them a request begins every few dozen milliseconds: before, during and after each change. */
const VISITOR_PAUSE_MS = 100

export function describeElsewhere({ api: here, container, catalogue, headers, databaseUrl }: Section): void {
  describe("another process", () => {
    let elsewhere: MedusaProcess
    let there: AxiosInstance

    beforeAll(async () => {
      elsewhere = await MedusaProcess.start("server", { DATABASE_URL: databaseUrl, LISTEN: "true" })
      there = axios.create({ baseURL: `http://127.0.0.1:${elsewhere.port ?? 0}` })
    })
    afterAll(() => elsewhere.stop())

    const visit = async (): Promise<unknown> => {
      const { data } = await there.get<unknown>("/store/products", {
        headers: { "x-publishable-api-key": catalogue().publishableKey },
        params: {
          region_id: catalogue().regionId,
          fields: "*variants.calculated_price,+variants.inventory_quantity,*categories,*tags",
          order: "id",
        },
      })
      return data
    }
    const list = async () => inFixedOrder(await visit())
    const forget = () =>
      container()
        .resolve(Modules.CACHING)
        .clear({ tags: ["*"] })

    /** How often a visitor of the other process sees something that is not in the database, while others visit it. */
    const countStale = async (
      change: (round: number) => Promise<unknown>
    ): Promise<{ stale: number; hits: number }> => {
      let stale = 0
      let isChanging = true
      const before = await elsewhere.call("counters")
      const visitors = Array.from({ length: VISITORS }, async () => {
        while (isChanging) {
          await visit()
          await delay(VISITOR_PAUSE_MS)
        }
      })
      for (let round = 0; round < ROUNDS; round++) {
        await change(round)
        const served = JSON.stringify(await list())
        await forget()
        if (served !== JSON.stringify(await list())) stale += 1
      }
      isChanging = false
      await Promise.all(visitors)
      return { stale, hits: (await elsewhere.call("counters")).hits - before.hits }
    }

    const expectNoneStale = async (change: (round: number) => Promise<unknown>) => {
      const { stale, hits } = await countStale(change)
      expect(stale).toBe(0)
      // What is never cached is never stale.
      expect(hits).toBeGreaterThan(0)
    }

    const post = (path: string, body: object) => here.post<never>(`/admin${path}`, body, { headers: headers() })
    const product = () => catalogue().products[0] ?? { id: "", variantId: "" }

    const CHANGES: readonly (readonly [string, (round: number) => Promise<unknown>])[] = [
      ["a title", (round) => post(`/products/${product().id}`, { title: `Title ${round}` })],
      [
        "a price",
        (round) =>
          post(`/products/${product().id}/variants/${product().variantId}`, {
            prices: [{ amount: 10 + round, currency_code: "eur" }],
          }),
      ],
      [
        "a batch",
        (round) =>
          post("/products/batch", {
            update: [{ id: product().id, variants: [{ id: product().variantId, title: `Size ${round}` }] }],
          }),
      ],
      [
        "a category's name",
        (round) => post(`/product-categories/${catalogue().categoryId}`, { name: `Name ${round}` }),
      ],
      [
        "a category's products",
        (round) =>
          post(`/product-categories/${catalogue().categoryId}/products`, {
            [round % 2 === 0 ? "remove" : "add"]: [product().id],
          }),
      ],
      ["a new product", (round) => post("/products", newProduct(`New ${round}`, catalogue().salesChannelId))],
      [
        "a product's status",
        (round) => post(`/products/${product().id}`, { status: round % 2 ? "published" : "draft" }),
      ],
      ["prices with tax", (round) => post(`/regions/${catalogue().regionId}`, { is_tax_inclusive: round % 2 === 0 })],
      [
        "a workflow in code",
        (round) =>
          updateProductsWorkflow(container()).run({
            input: { products: [{ id: product().id, title: `By code ${round}` }] },
          }),
      ],
      [
        "a region in code",
        (round) =>
          updateRegionsWorkflow(container()).run({
            input: { selector: { id: catalogue().regionId }, update: { is_tax_inclusive: round % 2 === 1 } },
          }),
      ],
      [
        "a module's service",
        (round) =>
          container()
            .resolve(Modules.PRODUCT)
            .updateProducts(product().id, { title: `By service ${round}` }),
      ],
      [
        "a link",
        (round) => {
          const link = container().resolve(ContainerRegistrationKeys.LINK)
          const pair = {
            [Modules.PRODUCT]: { product_id: product().id },
            [Modules.SALES_CHANNEL]: { sales_channel_id: catalogue().salesChannelId },
          }
          return round % 2 === 0 ? link.dismiss(pair) : link.create(pair)
        },
      ],
    ]

    describe("a process that has not made a change serves it to whoever asks after it was answered", () => {
      it.each(CHANGES)("%s", async (_, change) => expectNoneStale(change))
    })

    describe("a process serves nothing of what another one takes back", () => {
      const look = async (): Promise<void> => {
        for (let i = 0; i < 3; i++) await list()
      }

      it.each(REFUSED_CHANGES)("%s", async (_, attempt) =>
        expectNoneStale(() => attempt(container(), catalogue(), look))
      )

      it("the stock of a cart whose payment is declined", () =>
        expectNoneStale(() => buyInVain(here, container(), catalogue(), look)))
    })
  })
}
