import type { ICachingModuleService } from "@medusajs/framework/types"
import { model } from "@medusajs/framework/utils"
import type { Cache } from "../../../cache"
import { runningCaches } from "../../../providers/memcached/running-caches"
import { ChangeClears } from "../change-clears"

describe("ChangeClears", () => {
  const computeTags = async (
    _: object,
    { entities, operation }: { entities: { type: string; id: unknown }[]; operation: string }
  ) =>
    entities.flatMap(({ type, id }) => [`${type}:${String(id)}`, ...(operation === "read" ? [] : [`${type}:list:*`])])

  const clearsOn = (clear: (input: unknown) => Promise<void>) => {
    const warnings: string[] = []
    const caching = { computeTags, clear } as unknown as ICachingModuleService
    return { clears: new ChangeClears(caching, { warn: (text: string) => void warnings.push(text) }), warnings }
  }

  it("clears the tags of all changes at once, as an event does", async () => {
    const calls: unknown[] = []
    const { clears } = clearsOn(async (input) => void calls.push(input))
    await clears.clear([
      { type: "Order", ids: ["order_1", "order_2"], operation: "deleted" },
      { type: "Cart", ids: ["cart_1"], operation: "read" },
    ])
    expect(calls).toEqual([
      {
        tags: ["Order:order_1", "Order:list:*", "Order:order_2", "Cart:cart_1"],
        options: { autoInvalidate: true },
      },
    ])
  })

  it("clears also the lists in which a record shows without a tag of its own", async () => {
    const calls: unknown[] = []
    const { clears } = clearsOn(async (input) => void calls.push(input))
    await clears.clear([{ type: "GeoZone", ids: ["fgz_1"], operation: "deleted" }])
    expect(calls).toMatchObject([{ tags: ["GeoZone:fgz_1", "GeoZone:list:*", "ShippingOption:list:*"] }])
  })

  it("clears also the lists of types from which the record can be reached", async () => {
    const calls: unknown[] = []
    const { clears } = clearsOn(async (input) => void calls.push(input))
    await clears.clear([{ type: "Label", ids: ["label_1"], operation: "deleted", reachedFrom: ["Book", "Author"] }])
    expect(calls).toMatchObject([{ tags: ["Label:label_1", "Label:list:*", "Book:list:*", "Author:list:*"] }])
  })

  it("clears with a translation the lists of everything that can be translated, the shop's own included", async () => {
    model.define("menu_entry", { id: model.id().primaryKey(), title: model.text().translatable() })
    const cleared: string[] = []
    const { clears } = clearsOn(async (input) => void cleared.push(...(input as { tags: string[] }).tags))
    await clears.clear([{ type: "Translation", ids: ["trans_1"], operation: "deleted" }])
    expect(cleared).toEqual(expect.arrayContaining(["Product:list:*", "MenuEntry:list:*"]))
  })

  it("clears what it can name itself when Medusa cannot name the tags of a change", async () => {
    const calls: unknown[] = []
    const caching = {
      computeTags: (_: object, change: Parameters<typeof computeTags>[1]) =>
        change.entities[0]?.type === "Cart" ? Promise.reject(new Error("Odd")) : computeTags(_, change),
      clear: async (input: unknown) => void calls.push(input),
    } as unknown as ICachingModuleService
    await new ChangeClears(caching, { warn: () => undefined }).clear([
      { type: "Cart", ids: ["cart_1"], operation: "updated" },
      { type: "Order", ids: ["order_1"], operation: "updated" },
    ])

    expect(calls).toMatchObject([{ tags: ["Cart:cart_1", "Cart:list:*", "Order:order_1", "Order:list:*"] }])
  })

  it("clears also the plugin's caches that are not Medusa's default, and none of them twice", async () => {
    const calls: string[] = []
    const cacheOf = (id: string) => ({ clear: async () => void calls.push(id) }) as unknown as Cache
    for (const id of ["first", "second"]) runningCaches().set(id, cacheOf(id))
    const caching = { computeTags, defaultProviderId: "first", clear: async () => void calls.push("default") }
    await new ChangeClears(caching as unknown as ICachingModuleService, { warn: () => undefined }).clear([
      { type: "Order", ids: ["order_1"], operation: "deleted" },
    ])
    runningCaches().clear()
    expect(calls).toEqual(["default", "second"])
  })

  it("clears a hundred thousand records of one transaction in parts, between which the event loop has its turn", async () => {
    const cleared = new Set<string>()
    let turn = 0
    let isOver = false
    const count = (): void => void (turn++, isOver || setImmediate(count))
    count()
    const turns: number[] = []
    const { clears } = clearsOn(async (input) => {
      const { tags } = input as { tags: string[] }
      expect(tags.length).toBeLessThan(1_100)
      for (const tag of tags) cleared.add(tag)
      turns.push(turn)
    })
    await clears.clear([
      { type: "Book", ids: ["book_1"], operation: "deleted" },
      { type: "Label", ids: Array.from({ length: 100_000 }, (_, i) => `label_${i}`), operation: "deleted" },
      { type: "Author", ids: [], operation: "deleted", reachedFrom: ["Shelf"] },
    ])
    isOver = true

    expect(cleared.size).toBe(100_000 + 4)
    expect([...cleared]).toEqual(
      expect.arrayContaining(["Book:book_1", "Label:label_99999", "Label:list:*", "Shelf:list:*"])
    )
    expect(turns.length).toBe(101)
    expect(new Set(turns).size).toBe(turns.length)
  })

  it("says once what is not cleared of a large transaction, and clears the rest", async () => {
    let calls = 0
    const { clears, warnings } = clearsOn(() => (++calls === 1 ? Promise.reject(new Error("Odd")) : Promise.resolve()))
    await clears.clear([{ type: "Label", ids: Array.from({ length: 3_000 }, (_, i) => i), operation: "deleted" }])

    expect(calls).toBe(3)
    expect(warnings).toHaveLength(1)
  })

  it("asks nobody when nothing has changed", async () => {
    const { clears } = clearsOn(() => Promise.reject(new Error("Asked")))
    await clears.clear([])
  })

  it("never rejects, and says what is not cleared", async () => {
    const { clears, warnings } = clearsOn(() => Promise.reject(new Error("No such provider")))
    await clears.clear([{ type: "Product", ids: ["prod_1"], operation: "deleted" }])
    expect(warnings).toEqual([
      "medusa-plugin-memcached: could not clear the cache after a change of Product: No such provider. Old data may be served until it expires or is cleared.",
    ])
  })
})
