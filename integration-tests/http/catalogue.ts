import {
  createApiKeysWorkflow,
  createProductCategoriesWorkflow,
  createProductsWorkflow,
  createRegionsWorkflow,
  createSalesChannelsWorkflow,
  linkSalesChannelsToApiKeyWorkflow,
} from "@medusajs/medusa/core-flows"
import type { MedusaContainer } from "@medusajs/framework/types"
import { ProductStatus } from "@medusajs/framework/utils"

export interface Catalogue {
  readonly publishableKey: string
  readonly salesChannelId: string
  readonly regionId: string
  readonly categoryId: string
  /** In the order in which they were created. */
  readonly products: readonly { readonly id: string; readonly variantId: string }[]
}

const PRODUCTS = 12

/** A shop with one channel, one region in euro, and products in one category, of two variants each. */
export async function seedCatalogue(container: MedusaContainer, productCount = PRODUCTS): Promise<Catalogue> {
  const { result: channels } = await createSalesChannelsWorkflow(container).run({
    input: { salesChannelsData: [{ name: "Web shop" }] },
  })
  const salesChannelId = first(channels).id
  const { result: keys } = await createApiKeysWorkflow(container).run({
    input: { api_keys: [{ title: "Web shop", type: "publishable", created_by: "" }] },
  })
  await linkSalesChannelsToApiKeyWorkflow(container).run({ input: { id: first(keys).id, add: [salesChannelId] } })
  const { result: regions } = await createRegionsWorkflow(container).run({
    input: { regions: [{ name: "Europe", currency_code: "eur", countries: ["de", "fr"] }] },
  })
  const { result: categories } = await createProductCategoriesWorkflow(container).run({
    input: { product_categories: [{ name: "Shirts", is_active: true }] },
  })
  const categoryId = first(categories).id
  const { result: products } = await createProductsWorkflow(container).run({
    input: {
      products: Array.from({ length: productCount }, (_, i) => ({
        ...newProduct(`Shirt ${i}`, salesChannelId),
        category_ids: [categoryId],
      })),
    },
  })
  return {
    publishableKey: first(keys).token,
    salesChannelId,
    regionId: first(regions).id,
    categoryId,
    products: [...products]
      .sort((a, b) => a.title.localeCompare(b.title, "en", { numeric: true }))
      .map((product) => ({ id: product.id, variantId: first(product.variants).id })),
  }
}

/** The body of a product with two sizes, as the workflow and the admin API take it. */
export function newProduct(title: string, salesChannelId: string) {
  return {
    title,
    status: ProductStatus.PUBLISHED,
    sales_channels: [{ id: salesChannelId }],
    options: [{ title: "Size", values: ["S", "M"] }],
    variants: ["S", "M"].map((size, i) => ({
      title: size,
      manage_inventory: false,
      options: { Size: size },
      prices: [
        { amount: 10 + i, currency_code: "eur" },
        { amount: 12 + i, currency_code: "usd" },
      ],
    })),
  }
}

function first<T>(list: readonly T[]): T {
  const [item] = list
  if (item === undefined) throw new Error("The workflow has returned nothing")
  return item
}
