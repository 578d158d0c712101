import type { CreateProductWorkflowInputDTO } from "@medusajs/framework/types"
import { ProductStatus } from "@medusajs/framework/utils"
import type { Line } from "./catalogue"

const US_DOLLARS_PER_EURO = 1.15
const IMAGES_PER_PRODUCT = 2

const USES = [
  "Made for long days above the tree line, when the weather changes faster than the forecast.",
  "The one that is always packed first, whether for an hour after work or for a week from hut to hut.",
  "Built so that it can be repaired: every part that wears is sold as a spare.",
  "Light enough to be forgotten in the pack and tough enough to be lent to friends.",
  "Worn in over three seasons by our own guides before it went on sale.",
  "A quiet classic that has been in the range for ten years, with better fabric every year.",
]

/** The identifiers that the products refer to. */
export interface References {
  salesChannelId: string
  shippingProfileId: string
  categoryIds: Map<string, string>
  collectionIds: string[]
  tagIds: Map<string, string>
  typeIds: Map<string, string>
}

export function describeProduct(line: Line, index: number, references: References): CreateProductWorkflowInputDTO {
  const title = line.names[index] ?? line.category
  const handle = slug(title)
  const price = line.price + index * line.step
  const categoryId = references.categoryIds.get(line.category)
  const use = USES[(index + line.names.length) % USES.length] ?? ""
  return {
    title,
    handle,
    subtitle: `${line.category.replace(/s$/, "")} · ${line.tags.join(", ")}`,
    description: `${use} The ${title} is made of ${line.material}. Spare parts and repairs for five years.`,
    status: ProductStatus.PUBLISHED,
    weight: 150 + index * 85,
    shipping_profile_id: references.shippingProfileId,
    sales_channels: [{ id: references.salesChannelId }],
    category_ids: categoryId === undefined ? [] : [categoryId],
    collection_id: references.collectionIds[index % references.collectionIds.length],
    type_id: references.typeIds.get(line.type),
    tag_ids: line.tags.flatMap((tag) => references.tagIds.get(tag) ?? []),
    thumbnail: imageUrl(handle, 1),
    images: Array.from({ length: IMAGES_PER_PRODUCT }, (_, image) => ({ url: imageUrl(handle, image + 1) })),
    options: Object.entries(line.options).map(([optionTitle, values]) => ({ title: optionTitle, values })),
    variants: combinations(line.options).map((options, position) => ({
      title: Object.values(options).join(" / "),
      sku: `${handle}-${slug(Object.values(options).join("-"))}`.toUpperCase(),
      options,
      manage_inventory: false,
      variant_rank: position,
      prices: [
        { amount: price, currency_code: "eur" },
        { amount: Math.round(price * US_DOLLARS_PER_EURO), currency_code: "usd" },
      ],
    })),
  }
}

function slug(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Diacritic}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
}

/** Without host: the images come from the store itself (src/api/images), whatever its port is. */
function imageUrl(handle: string, number: number): string {
  return `/images/${handle}-${number}.svg`
}

function combinations(options: Record<string, string[]>): Record<string, string>[] {
  return Object.entries(options).reduce<Record<string, string>[]>(
    (partial, [title, values]) => partial.flatMap((chosen) => values.map((value) => ({ ...chosen, [title]: value }))),
    [{}]
  )
}
