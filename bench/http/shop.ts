import {
  createApiKeysWorkflow,
  createProductCategoriesWorkflow,
  createProductsWorkflow,
  createRegionsWorkflow,
  createSalesChannelsWorkflow,
  linkSalesChannelsToApiKeyWorkflow,
} from "@medusajs/medusa/core-flows"
import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, generateJwtToken, Modules, ProductStatus } from "@medusajs/framework/utils"

/** What is needed to visit the shop, and to edit it. */
export interface BenchShop {
  readonly publishableKey: string
  readonly regionId: string
  readonly productIds: readonly string[]
  /** The value of the header Authorization of a user of the dashboard. */
  readonly authorization: string
}

const PRODUCTS = 50
const VARIANTS = 8
const IMAGES = 3
const DESCRIPTION = "Soft, light and made to last. ".repeat(8)

/** Fifty products in one category, with eight variants each, as a shop for clothes has them. */
export async function fillShop(container: MedusaContainer): Promise<BenchShop> {
  const { result: channels } = await createSalesChannelsWorkflow(container).run({
    input: { salesChannelsData: [{ name: "Web shop" }] },
  })
  const salesChannelId = channels[0]?.id ?? ""
  const { result: keys } = await createApiKeysWorkflow(container).run({
    input: { api_keys: [{ title: "Web shop", type: "publishable", created_by: "" }] },
  })
  await linkSalesChannelsToApiKeyWorkflow(container).run({ input: { id: keys[0]?.id ?? "", add: [salesChannelId] } })
  const { result: regions } = await createRegionsWorkflow(container).run({
    input: { regions: [{ name: "Europe", currency_code: "eur", countries: ["de", "fr"] }] },
  })
  const { result: categories } = await createProductCategoriesWorkflow(container).run({
    input: { product_categories: [{ name: "Shirts", is_active: true }] },
  })
  const { result: products } = await createProductsWorkflow(container).run({
    input: {
      products: Array.from({ length: PRODUCTS }, (_, i) => productOf(i, salesChannelId, categories[0]?.id ?? "")),
    },
  })
  return {
    publishableKey: keys[0]?.token ?? "",
    regionId: regions[0]?.id ?? "",
    productIds: products.map(({ id }) => id),
    authorization: await authorizationOf(container),
  }
}

function productOf(number: number, salesChannelId: string, categoryId: string) {
  return {
    title: `Shirt ${number}`,
    description: DESCRIPTION,
    status: ProductStatus.PUBLISHED,
    sales_channels: [{ id: salesChannelId }],
    category_ids: [categoryId],
    images: Array.from({ length: IMAGES }, (_, i) => ({ url: `https://images.example.com/shirt-${number}-${i}.jpg` })),
    options: [
      { title: "Size", values: ["S", "M", "L", "XL"] },
      { title: "Colour", values: ["Black", "White"] },
    ],
    variants: Array.from({ length: VARIANTS }, (_, i) => ({
      title: `Variant ${i}`,
      sku: `SHIRT-${number}-${i}`,
      manage_inventory: false,
      options: { Size: ["S", "M", "L", "XL"][i % 4] ?? "S", Colour: i < 4 ? "Black" : "White" },
      prices: [{ amount: 10 + i, currency_code: "eur" }],
    })),
  }
}

async function authorizationOf(container: MedusaContainer): Promise<string> {
  const user = await container.resolve(Modules.USER).createUsers({ email: "bench@example.com" })
  const { http } = container.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
  const claims = { actor_id: user.id, actor_type: "user", auth_identity_id: "", app_metadata: { user_id: user.id } }
  return `Bearer ${generateJwtToken(claims, { secret: http.jwtSecret, expiresIn: "1d" })}`
}
