import { listShippingOptionsForCartWithPricingWorkflow, updatePriceListsWorkflow } from "@medusajs/medusa/core-flows"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { setTimeout as delay } from "node:timers/promises"
import { eventually } from "../../../testing/eventually"
import { useMemcached } from "../memcached-of-the-app"
import { createAdminUser } from "../admin-user"
import { type Catalogue, newProduct, seedCatalogue } from "../catalogue"
import { countersOf, untilCached } from "../running-cache"
import { shopTestRunner } from "../shop-test-runner"

jest.setTimeout(180_000)

const PROVIDER_ID = "caching-memcached"
const WARM_TIMEOUT_MS = 15_000

useMemcached("silent-changes", () => ({ MEDUSA_FF_TRANSLATION: "true" }))

interface Created {
  readonly id: string
}
interface Variant extends Created {
  readonly inventory_items: readonly { readonly inventory_item_id: string }[]
}
interface Product extends Created {
  readonly variants: readonly Variant[]
  readonly images: readonly Created[]
}
type Filter = Readonly<Record<string, string>>
type Look = () => Promise<unknown>

shopTestRunner({
  testSuite: ({ api: http, getContainer }) => {
    let catalogue: Catalogue
    let headers: { authorization: string }

    beforeAll(async () => {
      catalogue = await seedCatalogue(getContainer())
      headers = await createAdminUser(getContainer())
    })

    const forget = () =>
      getContainer()
        .resolve(Modules.CACHING)
        .clear({ tags: ["*"] })
    // The database is as after the seed again.
    beforeEach(forget)

    const ask = async (path: string, params: Filter): Promise<unknown> => {
      const { data } = await http.get<unknown>(`/store${path}`, {
        headers: { "x-publishable-api-key": catalogue.publishableKey },
        params: { order: "id", ...params },
      })
      return data
    }

    const list = (filter: Filter = {}): Promise<unknown> =>
      ask("/products", {
        region_id: catalogue.regionId,
        fields: "*variants.calculated_price,*variants.images,*categories,*tags,*images",
        ...filter,
      })

    /** A lookup of the shop's own, of one record. */
    const graph = async (entity: string, fields: string[], id: string): Promise<unknown> => {
      const query = getContainer().resolve(ContainerRegistrationKeys.QUERY)
      return (await query.graph({ entity, fields, filters: { id } }, { cache: { enable: true } })).data
    }

    const post = async <T = unknown>(path: string, body: object): Promise<T> => {
      const { data } = await http.post<T>(`/admin${path}`, body, { headers })
      return data
    }
    const get = async <T>(path: string): Promise<T> => (await http.get<T>(`/admin${path}`, { headers })).data
    const remove = (path: string) => http.delete(`/admin${path}`, { headers })

    const warmUp = (look: Look) => untilCached(PROVIDER_ID, look)
    const warm = (filter?: Filter) => warmUp(() => list(filter))

    /** What is read now is what the database says, and it is not what was read before. */
    const expectOther = async (before: unknown, look: Look) => {
      const after = await look()
      await forget()
      expect(after).toEqual(await look())
      expect(after).not.toEqual(before)
    }
    const expectNews = (before: unknown, filter?: Filter) => expectOther(before, () => list(filter))

    /** The change is seen by whoever looks after it. */
    const expectSeen = async (look: Look, ...changes: (() => Promise<unknown>)[]) => {
      for (const change of changes) {
        const before = await warmUp(look)
        await change()
        await expectOther(before, look)
      }
    }

    const [first, second] = [0, 1].map((i) => () => {
      const product = catalogue.products[i]
      if (product === undefined) throw new Error("The catalogue is empty")
      return product
    }) as [() => Catalogue["products"][number], () => Catalogue["products"][number]]

    const createSale = async (): Promise<string> => {
      const prices = [{ amount: 5, currency_code: "eur", variant_id: first().variantId }]
      const body = { title: "Sale", description: "All must go", status: "active", type: "sale", prices }
      return (await post<{ price_list: Created }>("/price-lists", body)).price_list.id
    }

    const createCategory = async (): Promise<string> =>
      (await post<{ product_category: Created }>("/product-categories", { name: "Sale", is_active: true }))
        .product_category.id

    const productOf = async (id: string): Promise<Product> =>
      (
        await get<{ product: Product }>(
          `/products/${id}?fields=*images,*variants,+variants.inventory_items.inventory_item_id`
        )
      ).product

    /** Of which stock is kept, but there is none yet, or which has no price. */
    const createProduct = async (handle: string, variant: object): Promise<Product> => {
      const { id } = (
        await post<{ product: Created }>("/products", {
          ...newProduct(handle, catalogue.salesChannelId),
          handle,
          variants: [{ title: "S", options: { Size: "S" }, prices: [], ...variant }],
        })
      ).product
      return productOf(id)
    }

    /** One to Germany and one to nowhere that a cart from France can be sent to, of one location. */
    const createTwoWaysOfShipping = async () => {
      const { stock_location: location } = await post<{ stock_location: Created }>("/stock-locations", {
        name: "Berlin",
      })
      const at = `/stock-locations/${location.id}`
      await post(`${at}/sales-channels`, { add: [catalogue.salesChannelId] })
      await post(`${at}/fulfillment-providers`, { add: ["manual_manual"] })
      await post(`${at}/fulfillment-sets`, { name: "Shipping", type: "shipping" })
      const sets = await get<{ stock_location: { fulfillment_sets: Created[] } }>(`${at}?fields=*fulfillment_sets`)
      const zones = `/fulfillment-sets/${sets.stock_location.fulfillment_sets[0]?.id ?? ""}/service-zones`
      const { shipping_profile: profile } = await post<{ shipping_profile: Created }>("/shipping-profiles", {
        name: "Parcel",
        type: "parcel",
      })
      interface Rule extends Created {
        readonly attribute: string
        readonly operator: string
      }
      const options: { zone: string; id: string; rules: readonly Rule[] }[] = []
      for (const country of ["fr", "us"]) {
        const { fulfillment_set: set } = await post<{
          fulfillment_set: { service_zones: (Created & { name: string })[] }
        }>(zones, { name: country, geo_zones: [{ type: "country", country_code: country }] })
        const zone = set.service_zones.find(({ name }) => name === country)?.id ?? ""
        const { shipping_option: option } = await post<{ shipping_option: Created }>("/shipping-options", {
          name: country,
          price_type: "flat",
          provider_id: "manual_manual",
          service_zone_id: zone,
          shipping_profile_id: profile.id,
          type: { label: "Parcel", code: country, description: "By mail" },
          prices: [{ currency_code: "eur", amount: 5 }],
          rules: [
            { attribute: "is_return", operator: "eq", value: "false" },
            { attribute: "enabled_in_store", operator: "eq", value: "true" },
          ],
        })
        const found = await get<{ shipping_option: { rules: Rule[] } }>(`/shipping-options/${option.id}?fields=*rules`)
        options.push({ zone: `${zones}/${zone}`, id: option.id, rules: found.shipping_option.rules })
      }
      const { data } = await http.post<{ cart: Created }>(
        "/store/carts",
        { region_id: catalogue.regionId, shipping_address: { country_code: "fr" } },
        { headers: { "x-publishable-api-key": catalogue.publishableKey } }
      )
      const [, abroad] = options
      const rule = abroad?.rules.find(({ attribute }) => attribute === "enabled_in_store")
      return {
        cartId: data.cart.id,
        zone: abroad?.zone ?? "",
        option: abroad?.id ?? "",
        rule: { id: rule?.id ?? "", attribute: "enabled_in_store", operator: "eq" },
      }
    }

    describe("a change that Medusa has no event for is seen in the next read", () => {
      it.each([
        ["is no longer active", { status: "draft" }],
        ["has ended", { ends_at: "2020-01-01T00:00:00Z" }],
        ["is for a group of customers only", { rules: { "customer.groups.id": ["cusgroup_vip"] } }],
      ])("when a price list %s", async (_, change) => {
        const sale = await createSale()
        const page = await warm()
        await post(`/price-lists/${sale}`, change)
        await expectNews(page)
      })

      it("when a price list begins on its date, and when it ends", async () => {
        const [startsAt, endsAt] = [Date.now() + 4_000, Date.now() + 8_000]
        await post("/price-lists", {
          ...{ title: "Sale", description: "For a moment", status: "active", type: "sale" },
          ...{ starts_at: new Date(startsAt).toISOString(), ends_at: new Date(endsAt).toISOString() },
          prices: [{ amount: 5, currency_code: "eur", variant_id: first().variantId }],
        })
        for (const moment of [startsAt, endsAt]) {
          const page = await warm()
          expect(Date.now()).toBeLessThan(moment)
          // The clear is sent at that moment, and takes a round trip.
          await delay(moment + 500 - Date.now())
          await expectNews(page)
        }
      })

      it("when a product is put into a category, and taken out of it", async () => {
        const category = await createCategory()
        await post(`/product-categories/${category}/products`, { add: [second().id] })
        const filter = { "category_id[]": category }
        for (const change of [{ add: [first().id] }, { remove: [first().id] }]) {
          const page = await warm(filter)
          await post(`/product-categories/${category}/products`, change)
          await expectNews(page, filter)
        }
      })

      it("when an image is given to a variant, and taken away", async () => {
        const { id, variantId } = first()
        await post(`/products/${id}`, { images: [{ url: "https://shop.example.com/1.png" }] })
        const image = (await productOf(id)).images[0]?.id ?? ""

        const without = await warm()
        await post(`/products/${id}/variants/${variantId}/images/batch`, { add: [image] })
        await expectNews(without)
        const withImage = await warm()
        await post(`/products/${id}/images/${image}/variants/batch`, { remove: [variantId] })
        await expectNews(withImage)
      })

      it("when prices of a currency begin to include tax", async () => {
        const { stores } = await get<{ stores: Created[] }>("/stores")
        const currencies = [{ currency_code: "eur", is_default: true, is_tax_inclusive: true }]
        const page = await warm()
        await post(`/stores/${stores[0]?.id ?? ""}`, { supported_currencies: currencies })
        await expectNews(page)
      })

      it("when prices of a region begin to include tax", async () => {
        const { id, variantId } = first()
        const price = { amount: 9, currency_code: "eur", rules: { region_id: catalogue.regionId } }
        await post(`/products/${id}/variants/${variantId}`, { prices: [price] })
        const page = await warm()
        await post(`/regions/${catalogue.regionId}`, { is_tax_inclusive: true })
        await expectNews(page)
      })

      it("when something is translated, and when the translation is changed and deleted", async () => {
        const filter = { locale: "de-DE" }
        const translate = async (batch: object) =>
          (await post<{ created: Created[] }>("/translations/batch", batch)).created[0]?.id ?? ""
        const german = { reference: "product", reference_id: first().id, locale_code: "de-DE" }

        const page = await warm(filter)
        const id = await translate({ create: [{ ...german, translations: { title: "Hemd" } }] })
        await expectNews(page, filter)
        for (const change of [{ update: [{ id, translations: { title: "Bluse" } }] }, { delete: [id] }]) {
          const translated = await warm(filter)
          await translate(change)
          await expectNews(translated, filter)
        }
      })

      it("and what was refused clears nothing", async () => {
        const sale = await createSale()
        await warm()
        const { misses } = countersOf(PROVIDER_ID)
        const { status } = await http.post(`/admin/price-lists/${sale}`, { status: "draft" }, { validateStatus: null })
        expect(status).toBe(401)
        await expect(post(`/price-lists/${sale}`, { status: "nonsense" })).rejects.toThrow(/400/)
        await list()
        expect(countersOf(PROVIDER_ID).misses).toEqual(misses)
      })
    })

    describe("a change whose event belongs to no tag of an answer is seen in the next read", () => {
      it("in a list of variants that has nothing of their products", async () => {
        const { id, variantId } = first()
        const look = () => ask("/product-variants", { fields: "id,title" })
        await expectSeen(
          look,
          () => post("/products/batch", { update: [{ id, variants: [{ id: variantId, title: "Small" }] }] }),
          () => post(`/products/${id}`, { status: "draft" }),
          () => post("/products/batch", { update: [{ id, status: "published" }] })
        )
      })

      it("in a search that finds titles of variants", async () => {
        const { id, variantId } = first()
        const { variantId: another } = second()
        await post(`/products/${second().id}/variants/${another}`, { title: "Blue or so" })
        const look = () => ask("/products", { fields: "id,title", q: "Blue" })
        const created = { title: "Blue XL", options: { Size: "S" }, prices: [] }
        await expectSeen(
          look,
          () => post(`/products/${id}/variants/${variantId}`, { title: "Blue" }),
          () => post(`/products/${id}/variants/batch`, { update: [{ id: variantId, title: "Red" }] })
        )
        const { id: third, variantId: freed } = catalogue.products[2] ?? first()
        await remove(`/products/${third}/variants/${freed}`)
        await expectSeen(
          look,
          () => post(`/products/${third}/variants`, created),
          async () => {
            const { variants } = await productOf(third)
            await remove(`/products/${third}/variants/${variants.at(-1)?.id ?? ""}`)
          }
        )
      })

      it.each([
        ["collection", "collections", { title: "A" }, { title: "B" }, "collection"],
        ["type", "product-types", { value: "A" }, { value: "B" }, "product_type"],
        ["tag", "product-tags", { value: "A" }, { value: "B" }, "product_tag"],
      ] as const)("in a page that has a %s without its id", async (kind, path, old, renamed, name) => {
        const { id } = (await post<Record<string, Created>>(`/${path}`, old))[name] ?? first()
        await post(`/products/${first().id}`, kind === "tag" ? { tags: [{ id }] } : { [`${kind}_id`]: id })
        const look = () => ask("/products", { fields: "title,collection.title,type.value,tags.value" })
        await expectSeen(
          look,
          () => post(`/${path}/${id}`, renamed),
          () => remove(`/${path}/${id}`)
        )
      })

      it("in a page that has options without their ids, and among what can be translated", async () => {
        interface Option extends Created {
          readonly values: readonly Created[]
        }
        const option = (
          await post<{ product_option: Option }>("/product-options", {
            title: "Colour",
            values: ["red", "blue"],
            is_exclusive: false,
          })
        ).product_option
        const path = `/product-options/${option.id}`
        await post(`/products/${first().id}/options/batch`, { add: [option.id] })
        await expectSeen(
          () => ask("/products", { fields: "title,options.title,options.values.value" }),
          () => post(path, { title: "Color" }),
          () => post(`${path}/values/${option.values[0]?.id ?? ""}`, { value: "dark red" })
        )
        await post(`/products/${first().id}/options/batch`, { remove: [option.id] })
        await expectSeen(
          () => get("/translations/entities?type=product_option_value&limit=100"),
          () => remove(path),
          () => remove(`/products/${first().id}`)
        )
      })

      it("when a list brings the first price of a variant", async () => {
        const { variants } = await createProduct("unpriced", {})
        const prices = [{ amount: 5, currency_code: "eur", variant_id: variants[0]?.id }]
        const sale = { title: "Sale", description: "All must go", status: "active", type: "sale" }
        const { id } = (await post<{ price_list: Created }>("/price-lists", { ...sale, prices: [] })).price_list
        for (const change of [
          () => post("/price-lists", { ...sale, prices }),
          () => post(`/price-lists/${id}/prices/batch`, { create: prices }),
        ]) {
          await expectSeen(() => list({ handle: "unpriced", fields: "id,*variants.calculated_price" }), change)
          const { price_lists: all } = await get<{ price_lists: Created[] }>("/price-lists")
          for (const list of all.filter((other) => other.id !== id)) await remove(`/price-lists/${list.id}`)
        }
      })

      it("when an item is in stock for the first time", async () => {
        const location = (await post<{ stock_location: Created }>("/stock-locations", { name: "Berlin" }))
          .stock_location.id
        await post(`/stock-locations/${location}/sales-channels`, { add: [catalogue.salesChannelId] })
        const level = { location_id: location, stocked_quantity: 7 }
        const ways: readonly ((item: string) => readonly [string, object])[] = [
          (item) => [`/inventory-items/${item}/location-levels`, level],
          (item) => [`/inventory-items/${item}/location-levels/batch`, { create: [level] }],
          (item) => ["/inventory-items/location-levels/batch", { create: [{ inventory_item_id: item, ...level }] }],
        ]
        for (const [i, way] of ways.entries()) {
          const handle = `stocked-${i}`
          const { variants } = await createProduct(handle, { manage_inventory: true })
          const item = variants[0]?.inventory_items[0]?.inventory_item_id ?? ""
          await expectSeen(
            () => ask("/products", { handle, fields: "id,variants.id,variants.inventory_quantity" }),
            () => post(...way(item))
          )
        }
      })

      it("when a variant is made of other items", async () => {
        const handle = "assembled"
        const { id, variants } = await createProduct(handle, { manage_inventory: true })
        const path = `/products/${id}/variants/${variants[0]?.id ?? ""}/inventory-items`
        const { inventory_item: part } = await post<{ inventory_item: Created }>("/inventory-items", { sku: "part" })
        const link = { variant_id: variants[0]?.id, inventory_item_id: part.id }
        const batch = `/products/${id}/variants/inventory-items/batch`
        await expectSeen(
          () =>
            ask("/products", {
              handle,
              fields: "id,variants.inventory_items.inventory_item_id,variants.inventory_items.required_quantity",
            }),
          () => post(path, { inventory_item_id: part.id, required_quantity: 2 }),
          () => post(`${path}/${part.id}`, { required_quantity: 3 }),
          () => remove(`${path}/${part.id}`),
          () => post(batch, { create: [{ ...link, required_quantity: 4 }] }),
          () => post(batch, { delete: [link] }),
          () => post(path, { inventory_item_id: part.id, required_quantity: 2 }),
          () => remove(`/inventory-items/${part.id}`)
        )
      })

      it("when a way of shipping becomes available", async () => {
        const { cartId, zone, option, rule } = await createTwoWaysOfShipping()
        const look = async () => {
          const { result } = await listShippingOptionsForCartWithPricingWorkflow(getContainer()).run({
            input: { cart_id: cartId },
          })
          return (result as { name: string }[]).map(({ name }) => name).sort()
        }
        const france = { geo_zones: [{ type: "country", country_code: "fr" }] }
        const hide = (hidden: boolean) =>
          post(`/shipping-options/${option}/rules/batch`, { update: [{ ...rule, value: String(!hidden) }] })
        await expectSeen(look, () => post(zone, france))
        await hide(true)
        await forget()
        await expectSeen(look, () => hide(false))
      })

      it("when the admin runs a workflow of that kind, and when code of the shop does", async () => {
        const sale = await createSale()
        const to = (status: "draft" | "active") => ({ price_lists_data: [{ id: sale, status }] })
        const pricing = getContainer().resolve(Modules.PRICING)
        await expectSeen(
          list,
          () => post("/workflows-executions/update-price-lists/run", { input: to("draft") }),
          () => updatePriceListsWorkflow(getContainer()).run({ input: to("active") }),
          () => pricing.updatePriceLists([{ id: sale, status: "draft" }])
        )
      })

      it("on both sides of a link", async () => {
        const link = getContainer().resolve(ContainerRegistrationKeys.LINK)
        const channel = await getContainer().resolve(Modules.SALES_CHANNEL).createSalesChannels({ name: "Market" })
        const pair = {
          [Modules.PRODUCT]: { product_id: first().id },
          [Modules.SALES_CHANNEL]: { sales_channel_id: channel.id },
        }
        const channelsOfProduct = () => graph("product", ["id", "sales_channels.id"], first().id)
        const productsOfChannel = () => graph("sales_channel", ["id", "products_link.product_id"], channel.id)
        for (const look of [channelsOfProduct, productsOfChannel]) {
          await expectSeen(
            look,
            () => link.create(pair),
            () => link.dismiss(pair)
          )
        }
      })

      it("on both sides of a list of records", async () => {
        const category = await createCategory()
        await expectSeen(
          () => graph("product_category", ["id", "products.id"], category),
          () => post(`/product-categories/${category}/products`, { add: [first().id] }),
          () => post(`/products/${first().id}`, { categories: [] })
        )
      })
    })

    describe("an answer without rows has no tags, and is not kept", () => {
      const readNothing = async (filter: Filter): Promise<unknown> => {
        const { unclearable } = countersOf(PROVIDER_ID).refused
        const page = await list(filter)
        expect(page).toMatchObject({ products: [], count: 0 })
        await eventually(
          () => countersOf(PROVIDER_ID).refused.unclearable,
          (count) => count > unclearable,
          WARM_TIMEOUT_MS
        )
        return page
      }

      it("so that a category shows its first product at once", async () => {
        const category = await createCategory()
        const filter = { "category_id[]": category }
        const page = await readNothing(filter)
        await post(`/product-categories/${category}/products`, { add: [first().id] })
        await expectNews(page, filter)
      })

      it("so that a search finds a product that was renamed", async () => {
        const filter = { q: "Unicorn" }
        const page = await readNothing(filter)
        await post(`/products/${first().id}`, { title: "Unicorn" })
        await expectNews(page, filter)
      })
    })
  },
})
