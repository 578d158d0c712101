import { randomBytes } from "node:crypto"
import { describeCachingProvider } from "./caching-provider.contract"
import { ALL_CAPABILITIES } from "./capabilities"
import { eventually } from "../../testing/eventually"
import { takesPrefix } from "./memcached-subject"
import { asProvider, openModule } from "./open-module"

jest.setTimeout(120_000)

describeCachingProvider(
  "Medusa's Caching Module with medusa-plugin-memcached",
  {
    open: async (prefix) => {
      const { service, close } = await openModule(prefix)
      return { cache: asProvider(service), close }
    },
    takesPrefix,
  },
  {
    ...ALL_CAPABILITIES,
    answersEmptyCalls: {
      because: "the module refuses them before they reach the provider",
      error: "Either key or tags must be provided",
    },
    findsKeysWithLineEndsByTag: "the list of a tag's keys has one in each line; core's keys are hashes",
  }
)

describe("the Caching Module's own behaviour", () => {
  type Booted = Awaited<ReturnType<typeof openModule>>
  let module: Booted

  beforeEach(async () => {
    module = await openModule(`module-${randomBytes(6).toString("hex")}`)
  })
  afterEach(() => module.close())

  const product = {
    id: "prod_1",
    title: "Shirt",
    handle: "shirt",
    status: "published",
    variants: [
      {
        id: "variant_1",
        product_id: "prod_1",
        sku: "S",
        prices: [{ id: "price_1", amount: 10, currency_code: "eur" }],
      },
    ],
  }

  /** Emits what Medusa does after a workflow, and waits until the strategy has cleared. */
  const emit = (name: string, id: string) => module.bus.emitAndSettle({ name, data: { id } })

  it("finds what it has stored under a computed key, with computed tags", async () => {
    const key = await module.service.computeKey({ entity: "product", filters: { id: "prod_1" } })
    await module.service.set({ key, data: product })

    expect(await module.service.get({ key })).toEqual(product)
    expect(await module.service.get({ tags: ["Product:prod_1"] })).toEqual([product])
    expect(await module.service.get({ tags: ["Price:list:*"] })).toEqual([product])
  })

  const events: [string, string][] = [
    ["product.updated", "prod_1"],
    ["product.created", "prod_2"],
    ["product.deleted", "prod_3"],
    ["product_variant.updated", "variant_1"],
    ["pricing.price.updated", "price_1"],
  ]
  for (const [name, id] of events) {
    it(`drops a list that has the type of the event: ${name} of ${id}`, async () => {
      await module.service.set({ key: "list", data: { data: [product], metadata: { count: 1 } } })
      expect(await module.service.get({ key: "list" })).not.toBeNull()
      await emit(name, id)

      expect(await module.service.get({ key: "list" })).toBeNull()
    })
  }

  it("keeps a list that has nothing of the event's type", async () => {
    await module.service.set({ key: "list", data: [product] })
    await emit("region.updated", "reg_1")
    await emit("order.placed", "order_1")

    expect(await module.service.get({ key: "list" })).toEqual([product])
  })

  it("keeps through events what was stored with autoInvalidate false, until it is cleared", async () => {
    await module.service.set({ key: "kept", data: product, options: { autoInvalidate: false } })
    await emit("product.updated", "prod_1")
    expect(await module.service.get({ key: "kept" })).toEqual(product)

    await module.service.clear({ tags: ["Product:prod_1"] })
    expect(await module.service.get({ key: "kept" })).toBeNull()
  })

  // Core lets a call share one that is still running when key, tags and providers are equal, whenever each began.
  it("does not answer two lookups that overlap with one object, which both would change", async () => {
    await module.service.set({ key: "1", data: { id: "1" }, tags: ["t"] })
    const lookups = [1, 2].map(() => module.service.get({ key: "1" }) as Promise<unknown>)
    const [one, other] = await Promise.all(lookups)

    expect(one).toEqual({ id: "1" })
    expect(one).not.toBe(other)
  })

  it("carries out each of two equal clears that overlap: the second may be about a later change", async () => {
    const { statistics } = module.cache.insight
    await Promise.all([1, 2, 3].map(() => module.service.clear({ tags: ["t"] })))

    expect(statistics.snapshot().clears.explicit).toBe(3)
  })

  it("clears what an explicit clear names while an event's clear of the same tags is under way", async () => {
    await module.service.set({ key: "kept", data: product, tags: ["t"], options: { autoInvalidate: false } })
    await Promise.all([
      module.service.clear({ tags: ["t"], options: { autoInvalidate: true } }),
      module.service.clear({ tags: ["t"] }),
    ])

    expect(await module.service.get({ key: "kept" })).toBeNull()
  })

  it("stores each of two sets that overlap, and leaves the later one", async () => {
    await Promise.all([1, 2].map((id) => module.service.set({ key: "1", data: { id }, tags: ["t"] })))

    expect(await module.service.get({ key: "1" })).toEqual({ id: 2 })
  })

  it("finds no entry that lacks a tag which a deployment has given to its query", async () => {
    await module.service.set({ key: "1", data: product, tags: ["t"] })
    expect(await module.service.get({ key: "1", tags: ["t"] })).toEqual(product)

    expect(await module.service.get({ key: "1", tags: ["t", "new"] })).toBeNull()
  })

  it("takes equal lookups, stores and clears that overlap, and keeps different ones apart", async () => {
    await Promise.all([1, 2, 3].map(() => module.service.set({ key: "1", data: { id: "1" }, tags: ["t"] })))
    await module.service.set({ key: "2", data: { id: "2" }, tags: ["t"] })
    const found = await Promise.all(["1", "2", "1", "2"].map((key) => module.service.get({ key })))
    expect(found).toEqual([{ id: "1" }, { id: "2" }, { id: "1" }, { id: "2" }])

    await Promise.all([1, 2, 3].map(() => module.service.clear({ tags: ["t"] })))
    expect(await module.service.get({ key: "1" })).toBeNull()
    expect(await module.service.get({ key: "2" })).toBeNull()
  })

  it("keeps entries of the same query with other pages apart", async () => {
    const query = { entity: "product", filters: { status: "published" } }
    const [first, second] = await Promise.all(
      [0, 10].map((skip) => module.service.computeKey({ ...query, pagination: { skip, take: 10 } }))
    )
    await module.service.set({ key: first ?? "", data: [product] })

    expect(await module.service.get({ key: first ?? "" })).toEqual([product])
    expect(await module.service.get({ key: second ?? "" })).toBeNull()
  })

  it("has a time to live for a provider", async () => {
    const { id } = module
    // Memcached counts in whole seconds, which have begun already: one second may be over at once.
    await module.service.set({ key: "short", data: { id: "short" }, tags: [], providers: [{ id, ttl: 5 }] })
    await module.service.set({ key: "long", data: { id: "long" }, tags: [], providers: [id] })
    expect(await module.service.get({ key: "short" })).toEqual({ id: "short" })

    await eventually(
      () => module.service.get({ key: "short" }) as Promise<unknown>,
      (value) => value === null,
      15_000
    )
    expect(await module.service.get({ key: "long" })).toEqual({ id: "long" })
  })

  it("logs no failure of the provider", async () => {
    await module.service.set({ key: "1", data: product })
    await module.service.get({ key: "1" })
    await module.service.get({ key: "none" })
    await emit("product.updated", "prod_1")

    expect([...module.logger.texts("warn"), ...module.logger.texts("error")]).toEqual([])
  })
})
