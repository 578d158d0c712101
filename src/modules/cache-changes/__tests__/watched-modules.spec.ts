import type { EventSubscriber } from "@medusajs/framework/mikro-orm/core"
import { MedusaModule } from "@medusajs/framework/modules-sdk"
import { Modules } from "@medusajs/framework/utils"
import type { Change, ChangeClears } from "../change-clears"
import type { TypeMetadata } from "../reaching-types"
import { watchRows } from "../watched-modules"

describe("watchRows", () => {
  /** A module's service as Medusa makes them, and who has subscribed to its rows. */
  function moduleWithRows(more: object = {}, types: Readonly<Record<string, TypeMetadata>> = {}) {
    const subscribers: EventSubscriber[] = []
    const manager = {
      getMetadata: () => ({ getAll: () => types }),
      getEventManager: () => ({ registerSubscriber: (rows: EventSubscriber) => void subscribers.push(rows) }),
    }
    return { service: { baseRepository_: { getFreshManager: () => manager }, ...more }, subscribers }
  }

  function watch(modules: Readonly<Record<string, object>>[]) {
    const cleared: Change[] = []
    const warnings: string[] = []
    const clears = {
      clear: async (changes: readonly Change[]) => void cleared.push(...changes),
    } as unknown as ChangeClears
    watchRows(modules, clears, { warn: (text: string) => void warnings.push(text) })
    return { cleared, warnings }
  }

  const change = async (subscriber: EventSubscriber | undefined): Promise<void> => {
    const row = { entity: { id: "1", product_id: "prod_1" }, meta: { className: "Row" } }
    await subscriber?.afterUpdate?.(row as unknown as Parameters<NonNullable<EventSubscriber["afterUpdate"]>>[0])
  }

  it("clears what a module changes, and with a link what it leads to", async () => {
    jest.spyOn(MedusaModule, "getJoinerConfig").mockReturnValueOnce({
      relationships: [
        { serviceName: "product", entity: "Product", primaryKey: "id", foreignKey: "product_id", alias: "product" },
        { serviceName: "other", primaryKey: "id", foreignKey: "other_id", alias: "other" },
      ],
    })
    const product = moduleWithRows()
    const link = moduleWithRows({ entityName_: "LinkProductSalesChannel" })
    const { cleared } = watch([{ product: product.service }, { link: link.service }])
    await change(product.subscribers[0])
    await change(link.subscribers[0])
    expect(cleared.map(({ type }) => type)).toEqual(["Row", "LinkProductSalesChannel", "Product"])
  })

  it("says from which types of the module the changed record can be reached", async () => {
    const types = { Row: { className: "Row" }, Table: { className: "Table", relations: [{ type: "Row" }] } }
    const product = moduleWithRows({}, types)
    const { cleared } = watch([{ product: product.service }])
    await change(product.subscribers[0])
    expect(cleared).toMatchObject([{ type: "Row", reachedFrom: ["Table"] }])
  })

  it("leaves alone what keeps accounts of its own, and what has no rows", () => {
    const engine = moduleWithRows()
    const index = moduleWithRows()
    const { warnings } = watch([
      { [Modules.WORKFLOW_ENGINE]: engine.service },
      { [Modules.INDEX]: index.service },
      { file: {} },
      { other: { baseRepository_: {} } },
    ])
    expect([...engine.subscribers, ...index.subscribers, ...warnings]).toEqual([])
  })

  it("says which module it cannot watch, and watches the others", () => {
    const broken = {
      baseRepository_: {
        getFreshManager: () => {
          throw new Error("No database")
        },
      },
    }
    const product = moduleWithRows()
    const { warnings } = watch([{ broken }, { product: product.service }])
    expect(warnings).toEqual([
      "medusa-plugin-memcached: cannot watch the module broken: No database. Its changes clear the cache only when it emits events.",
    ])
    expect(product.subscribers).toHaveLength(1)
  })
})
