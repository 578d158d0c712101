import { SeededRandom } from "./random"

/** What a caller would cache: some data, and the tags that Medusa computes for it. */
export interface Sample {
  readonly data: { readonly id: string } & Record<string, unknown>
  readonly tags: readonly string[]
}

const PRODUCTS_PER_LIST = 50
/** How many tags an answer to `/store/products?limit=50` carries. */
const LIST_TAGS = 1_000

const WORDS = [
  "merino",
  "organic",
  "cotton",
  "lightweight",
  "breathable",
  "waterproof",
  "hooded",
  "relaxed",
  "tailored",
  "seamless",
  "recycled",
  "quilted",
  "washed",
  "ribbed",
  "everyday",
  "mountain",
  "harbour",
  "evening",
  "collar",
  "sleeve",
  "pocket",
  "lining",
  "button",
  "stitching",
] as const

/** Some of them in German: most European shops have texts that are not ASCII. */
const GERMAN: readonly (readonly [english: string, german: string])[] = [
  ["breathable", "atmungsaktiv – für draußen"],
  ["waterproof", "wasserundurchlässig"],
  ["relaxed", "lässig"],
  ["quilted", "gefüttert"],
  ["pocket", "Tasche mit Reißverschluss"],
  ["sleeve", "Ärmel"],
]

const SIZES = ["XS", "S", "M", "L", "XL"] as const

/** A page of a shop's products as `/store/products?limit=50` answers it: about 400 KB of JSON, and 1,000 tags. */
export function productList(page: number): Sample {
  const random = new SeededRandom(1_000 + page)
  const tags = new Set<string>()
  const tag = (type: string, id: string): string => {
    tags.add(`${type}:list:*`)
    tags.add(`${type}:${id}`)
    return id
  }
  const categories = Array.from({ length: 8 }, () => tag("ProductCategory", random.ulid("pcat")))
  const products = Array.from({ length: PRODUCTS_PER_LIST }, () => product(random, tag, categories))
  // The rows that a query reads besides: of price rules, stock and links.
  while (tags.size < LIST_TAGS) tag("PriceRule", random.ulid("prule"))
  const id = `page-${page}`
  return {
    data: { id, products, count: 412, offset: page * PRODUCTS_PER_LIST, limit: PRODUCTS_PER_LIST },
    tags: [...tags],
  }
}

/** Returns a sample with the same tags, ids and addresses, and texts in German. */
export function inGerman({ data, tags }: Sample): Sample {
  const translated = (name: string, value: unknown): unknown =>
    typeof value === "string" && TEXTS.includes(name)
      ? GERMAN.reduce((text, [english, german]) => text.replaceAll(english, german), value)
      : value
  return { data: JSON.parse(JSON.stringify(data), translated) as Sample["data"], tags }
}

const TEXTS: readonly string[] = ["title", "subtitle", "description"]

type Tag = (type: string, id: string) => string

function product(random: SeededRandom, tag: Tag, categories: readonly string[]) {
  const title = words(random, 3)
  const handle = title.replaceAll(" ", "-")
  const productId = tag("Product", random.ulid("prod"))
  const optionId = tag("ProductOption", random.ulid("opt"))
  const values = SIZES.map((value) => ({ id: tag("ProductOptionValue", random.ulid("optval")), value }))
  const createdAt = timestamp(random)
  return {
    id: productId,
    title,
    subtitle: words(random, 5),
    description: Array.from({ length: 6 }, () => `${words(random, 12)}.`).join(" "),
    handle,
    is_giftcard: false,
    discountable: true,
    thumbnail: imageUrl(handle, 0),
    collection_id: null,
    type_id: null,
    ...MEASURES,
    created_at: createdAt,
    updated_at: createdAt,
    images: Array.from({ length: 3 }, (_, rank) => ({ id: random.ulid("img"), url: imageUrl(handle, rank), rank })),
    categories: [{ id: categories[random.below(categories.length)], name: words(random, 1) }],
    options: [{ id: optionId, title: "Size", product_id: productId, metadata: null, values }],
    variants: values.map((value, rank) =>
      variant(random, tag, { productId, optionId, handle, createdAt, value, rank })
    ),
  }
}

interface VariantOf {
  readonly productId: string
  readonly optionId: string
  readonly handle: string
  readonly createdAt: string
  readonly value: { readonly id: string; readonly value: string }
  readonly rank: number
}

function variant(random: SeededRandom, tag: Tag, of: VariantOf) {
  const amount = 1_000 + random.below(20_000) / 100
  return {
    id: tag("ProductVariant", random.ulid("variant")),
    title: of.value.value,
    sku: `${of.handle}-${of.value.value}`.toUpperCase(),
    barcode: null,
    ean: null,
    upc: null,
    allow_backorder: false,
    manage_inventory: true,
    thumbnail: null,
    metadata: null,
    variant_rank: of.rank,
    product_id: of.productId,
    ...MEASURES,
    created_at: of.createdAt,
    updated_at: of.createdAt,
    deleted_at: null,
    options: [{ ...of.value, metadata: null, option_id: of.optionId, option: { id: of.optionId, title: "Size" } }],
    calculated_price: calculatedPrice(amount, random.ulid("pset"), tag("Price", random.ulid("price"))),
  }
}

/** Columns that a shop hardly ever fills. */
const MEASURES = {
  weight: "400",
  length: null,
  height: null,
  width: null,
  hs_code: null,
  origin_country: null,
  mid_code: null,
  material: null,
}

function calculatedPrice(amount: number, setId: string, priceId: string) {
  const exact = { value: String(amount), precision: 20 }
  const source = { id: priceId, price_list_id: null, price_list_type: null, min_quantity: null }
  return {
    id: setId,
    is_calculated_price_price_list: false,
    is_calculated_price_tax_inclusive: true,
    calculated_amount: amount,
    raw_calculated_amount: exact,
    is_original_price_price_list: false,
    is_original_price_tax_inclusive: true,
    original_amount: amount,
    raw_original_amount: exact,
    currency_code: "eur",
    calculated_price: source,
    original_price: source,
  }
}

/** JSON of so many bytes, give or take a word, with 5 tags. */
export function smallEntry(index: number, sizeBytes: number): Sample {
  const random = new SeededRandom(index)
  const id = random.ulid("reg")
  const countries = Array.from({ length: 4 }, () => ({ id: random.ulid("ctry"), iso_2: words(random, 1) }))
  const data = { id, name: words(random, 2), currency_code: "eur", countries, metadata: { note: "" } }
  while (JSON.stringify(data).length < sizeBytes - 20) data.metadata.note += `${words(random, 1)} `
  return {
    data,
    tags: ["Region:list:*", `Region:${id}`, "Country:list:*", `Country:${random.ulid("ctry")}`, `Note:${id}`],
  }
}

function words(random: SeededRandom, count: number): string {
  return Array.from({ length: count }, () => random.pick(WORDS)).join(" ")
}

function imageUrl(handle: string, rank: number): string {
  return `https://cdn.example.com/shop/products/${handle}-${rank + 1}.webp`
}

function timestamp(random: SeededRandom): string {
  return new Date(Date.UTC(2025, random.below(12), 1 + random.below(28)) + random.below(86_400_000)).toISOString()
}
