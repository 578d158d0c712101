import { createProductsWorkflow } from "@medusajs/medusa/core-flows"
import type { MedusaContainer } from "@medusajs/framework/types"
import { ProductStatus } from "@medusajs/framework/utils"
import { createAdminUser } from "../../integration-tests/http/admin-user"
import { seedCatalogue } from "../../integration-tests/http/catalogue"

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
  const { publishableKey, salesChannelId, regionId, categoryId } = await seedCatalogue(container, 0)
  const { result: products } = await createProductsWorkflow(container).run({
    input: {
      products: Array.from({ length: PRODUCTS }, (_, i) => productOf(i, salesChannelId, categoryId)),
    },
  })
  return {
    ...{ publishableKey, regionId },
    productIds: products.map(({ id }) => id),
    ...(await createAdminUser(container)),
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
