import type { World } from "./world"

/** A request of a visitor. */
export interface Reader {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

/** Requests to all routes whose answers are stored: with several fields, filters, regions and publishable keys. */
export function readersOf(world: World): readonly Reader[] {
  const { catalogue, otherKey, dollarRegionId, collectionId, typeId, tagId } = world
  const [first, second] = catalogue.products
  const region = `region_id=${catalogue.regionId}`
  const prices = "fields=*variants.calculated_price"
  const products = [
    "limit=12",
    `${region}&${prices}`,
    `region_id=${dollarRegionId}&${prices}&country_code=us`,
    `${region}&fields=*variants.calculated_price,%2Bvariants.inventory_quantity,*categories,*tags,*images,*type,*collection`,
    "fields=title",
    "fields=title,tags.value,variants.title&order=-created_at",
    "q=shirt&limit=5",
    `category_id[]=${catalogue.categoryId}`,
    `collection_id[]=${collectionId}`,
    `tag_id[]=${tagId}`,
    `type_id[]=${typeId}`,
    "limit=3&offset=3&order=title",
  ].map((query) => `/store/products?${query}`)
  const others = [
    ...[first, second].flatMap((product) => [
      `/store/products/${product?.id ?? ""}`,
      `/store/products/${product?.id ?? ""}?${region}&fields=*variants.calculated_price,%2Bvariants.inventory_quantity,*categories,*tags,*images`,
    ]),
    "/store/product-variants",
    `/store/product-variants?${region}&fields=*calculated_price,%2Binventory_quantity`,
    `/store/product-variants/${first?.variantId ?? ""}?${region}`,
    "/store/product-categories?fields=*category_children,*products",
    `/store/product-categories/${catalogue.categoryId}`,
    "/store/collections?fields=*products",
    `/store/collections/${collectionId}`,
    "/store/product-tags",
    `/store/product-tags/${tagId}`,
    "/store/product-types",
    `/store/product-types/${typeId}`,
    "/store/product-options?fields=*values",
    "/store/regions?fields=*countries",
    `/store/regions/${catalogue.regionId}`,
    "/store/currencies?limit=200",
    "/store/currencies/eur",
    "/store/locales",
  ]
  const mine = { "x-publishable-api-key": catalogue.publishableKey }
  const theirs = { "x-publishable-api-key": otherKey }
  return [
    ...[...products, ...others].map((path) => ({ path, headers: mine })),
    ...[...products.slice(0, 3), `/store/products/${first?.id ?? ""}`].map((path) => ({ path, headers: theirs })),
    ...["/store/products?limit=12&fields=*categories,*tags", "/store/product-categories", "/store/regions"].map(
      (path) => ({
        path,
        headers: { ...mine, "x-medusa-locale": "de-DE" },
      })
    ),
  ]
}
