import { Modules, useCache } from "@medusajs/framework/utils"
import { createStep, StepResponse } from "@medusajs/framework/workflows-sdk"
import { emitEventStep } from "@medusajs/medusa/core-flows"
import { eventually } from "../../../testing/eventually"
import { untilCached } from "../running-cache"
import { changeTitle, REFUSED_CHANGES } from "./refused-changes"
import { refusedWorkflow } from "./refused-workflow"
import type { Section } from "./section"
import { buyInVain } from "./stock"

const PROVIDER_ID = "caching-memcached"
const PATIENCE_MS = 30_000
const ROUNDS = 3

/** What a shop keeps elsewhere than in Medusa, and tells of by an event. */
let menu = "Final"
const writeMenuStep = createStep(
  "write-menu",
  async (text: string) => {
    const before = menu
    menu = text
    return new StepResponse(undefined, before)
  },
  async (before) => {
    menu = before ?? menu
  }
)
const changeMenu = refusedWorkflow<{ text: string }>("change-menu", ({ text }) => {
  writeMenuStep(text)
  emitEventStep({ eventName: "menu.updated", data: { id: "main" } })
})

/** What a workflow takes back is not served afterwards, whatever was looked up before it did. */
export const describeFailedWorkflows =
  (bus: string) =>
  ({ api, container, catalogue }: Section): void => {
    describe(`a workflow that fails, with the event bus ${bus}, leaves nothing behind of`, () => {
      const caching = () => container().resolve(Modules.CACHING)
      const forget = () => caching().clear({ tags: ["*"] })

      const list = async (): Promise<unknown> => {
        const { data } = await api.get<unknown>("/store/products", {
          headers: { "x-publishable-api-key": catalogue().publishableKey },
          params: {
            region_id: catalogue().regionId,
            fields: "*variants.calculated_price,+variants.inventory_quantity,*categories",
            order: "id",
          },
        })
        return data
      }
      const warm = () => untilCached(PROVIDER_ID, list)

      const lookAtChange = (before: unknown) => async (): Promise<void> => {
        await forget()
        expect(await warm()).not.toEqual(before)
      }

      /** How often something was served that is not in the database. */
      const countStale = async (attempt: (before: unknown) => Promise<void>): Promise<number> => {
        let stale = 0
        for (let round = 0; round < ROUNDS; round++) {
          await attempt(await warm())
          const served = await list()
          await forget()
          if (!isEqual(served, await list())) stale += 1
        }
        return stale
      }

      it.each(REFUSED_CHANGES)("%s", async (_, attempt) => {
        expect(await countStale((before) => attempt(container(), catalogue(), lookAtChange(before)))).toBe(0)
      })

      it("the stock of a cart whose payment is declined", async () => {
        const stale = await countStale((before) => buyInVain(api, container(), catalogue(), lookAtChange(before)))
        expect(stale).toBe(0)
      })

      it("what lies elsewhere, and has an event", async () => {
        const readMenu = (): Promise<{ text: string }> => {
          const options = { container: container(), enable: true, key: "menu", tags: ["Menu:list:*"] }
          return useCache(async () => ({ text: menu }), options)
        }
        let stale = 0
        for (let round = 0; round < ROUNDS; round++) {
          await changeMenu(container(), { text: "Never final" }, async () => {
            await forget()
            expect(await readMenu()).toEqual({ text: "Never final" })
            await eventually(
              () => caching().get({ key: "menu" }),
              (found) => found !== null,
              PATIENCE_MS
            )
          })
          if ((await readMenu()).text !== "Final") stale += 1
        }
        expect(stale).toBe(0)
      })

      it("and what is not taken back yet is seen while it is there", async () => {
        const before = await warm()
        await changeTitle(container(), catalogue(), async () => {
          await eventually(list, (page) => !isEqual(page, before), PATIENCE_MS)
        })
      })
    })
  }

const isEqual = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
