import { medusaIntegrationTestRunner } from "@medusajs/test-utils"
import type { AxiosInstance } from "axios"
import { Modules } from "@medusajs/framework/utils"
import { eventually } from "../contract/eventually"
import { useMemcached } from "./memcached-of-the-app"
import { createAdminUser } from "./admin-user"
import { type Catalogue, seedCatalogue } from "./catalogue"
import { countersOf, untilCached } from "./running-cache"

jest.setTimeout(180_000)

const PROVIDER_ID = "caching-memcached"
const WARM_TIMEOUT_MS = 15_000

useMemcached("silent-changes", () => ({ MEDUSA_FF_TRANSLATION: "true" }))

interface Created {
  readonly id: string
}
type Filter = Readonly<Record<string, string>>

medusaIntegrationTestRunner({
  inApp: true,
  testSuite: ({ api, getContainer }) => {
    const http = api as AxiosInstance
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

    const list = async (filter: Filter = {}): Promise<unknown> => {
      const { data } = await http.get<unknown>("/store/products", {
        headers: { "x-publishable-api-key": catalogue.publishableKey },
        params: {
          region_id: catalogue.regionId,
          fields: "*variants.calculated_price,*variants.images,*categories,*tags,*images",
          order: "id",
          ...filter,
        },
      })
      return data
    }

    const post = async <T = unknown>(path: string, body: object): Promise<T> => {
      const { data } = await http.post<T>(`/admin${path}`, body, { headers })
      return data
    }

    const warm = (filter?: Filter) => untilCached(PROVIDER_ID, () => list(filter))

    /** What is read now is what the database says, and it is not what was read before. */
    const expectNews = async (before: unknown, filter?: Filter) => {
      const after = await list(filter)
      await forget()
      expect(after).toEqual(await list(filter))
      expect(after).not.toEqual(before)
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
        const { data } = await http.get<{ product: { images: Created[] } }>(`/admin/products/${id}`, { headers })
        const image = data.product.images[0]?.id ?? ""

        const without = await warm()
        await post(`/products/${id}/variants/${variantId}/images/batch`, { add: [image] })
        await expectNews(without)
        const withImage = await warm()
        await post(`/products/${id}/images/${image}/variants/batch`, { remove: [variantId] })
        await expectNews(withImage)
      })

      it("when prices of a currency begin to include tax", async () => {
        const { data } = await http.get<{ stores: Created[] }>("/admin/stores", { headers })
        const currencies = [{ currency_code: "eur", is_default: true, is_tax_inclusive: true }]
        const page = await warm()
        await post(`/stores/${data.stores[0]?.id ?? ""}`, { supported_currencies: currencies })
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
