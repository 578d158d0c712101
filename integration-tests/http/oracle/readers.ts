import type { World } from "./world"

/** A request of a visitor. */
export interface Reader {
  readonly method: "GET" | "HEAD"
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
}

const YEARS_AGO = "2020-01-01T00:00:00.000Z"

/** Requests to all routes whose answers are stored: with several fields, filters, regions and publishable keys. */
export function readersOf(world: World): readonly Reader[] {
  const mine = { "x-publishable-api-key": world.catalogue.publishableKey }
  const theirs = { "x-publishable-api-key": world.otherKey }
  const [products, others] = [productPaths(world), otherPaths(world)]
  const [first = "", prices = "", dollars = ""] = products
  const get = (paths: readonly string[], headers: Reader["headers"]): Reader[] =>
    paths.map((path) => ({ method: "GET", path, headers }))
  return [
    ...get([...products, ...others], mine),
    ...get([first, prices, dollars, others[0] ?? "", "/store/product-variants?fields=title"], theirs),
    ...get(
      [
        "/store/products?limit=12&fields=*categories,*tags,*variants,*options,*collection,*type",
        `/store/products?q=hemd&fields=title`,
        "/store/product-categories",
        "/store/product-tags?fields=value",
        "/store/product-variants?fields=title",
        "/store/regions",
      ],
      { ...mine, "x-medusa-locale": "de-DE" }
    ),
    ...get(["/store/products?limit=12&locale=de-DE&fields=title,tags.value"], mine),
    // Clients that understand little, and one that has an old answer already.
    ...["gzip", "identity", "br;q=0, gzip;q=0.5", "*"].flatMap((encoding) =>
      get([prices, "/store/regions"], { ...mine, "accept-encoding": encoding })
    ),
    ...get([prices], { ...mine, "if-none-match": 'W/"1-old"' }),
    ...[prices, "/store/currencies/eur"].map((path): Reader => ({ method: "HEAD", path, headers: mine })),
  ]
}

/** One request to each route, of each kind of client: those with different encodings ask for prices. */
export function sampleOf(readers: readonly Reader[]): readonly Reader[] {
  const kinds = new Set<string>()
  return readers.filter(({ method, path, headers }) => {
    const route = path.replace(/\?.*$/, "").replace(/\/[a-z]+_[0-9A-Z]+$/, "/:id")
    const kind = `${method} ${route} ${Object.entries(headers).join()}`
    return kinds.size < kinds.add(kind).size
  })
}

/** Requests for prices, as clients with different encodings make them. */
export const priceReadersOf = (world: World): readonly Reader[] =>
  readersOf(world).filter(({ path }) => path.includes("calculated_price") || path.includes("calculated_amount"))

function productPaths({ catalogue, dollarRegionId, collectionId, typeId, tagId, childCategoryId }: World): string[] {
  const region = `region_id=${catalogue.regionId}`
  const prices = "fields=*variants.calculated_price"
  const [first] = catalogue.products
  return [
    "limit=12",
    `${region}&${prices}`,
    `region_id=${dollarRegionId}&${prices}&country_code=us`,
    `${region}&fields=*variants.calculated_price,%2Bvariants.inventory_quantity,*categories,*tags,*images,*type,*collection`,
    // One thing of each, without an id.
    "fields=title",
    "fields=title,tags.value,variants.title&order=-created_at",
    "fields=title,collection.title,type.value,options.title,options.values.value,images.url,categories.name",
    `${region}&fields=title,variants.calculated_price.calculated_amount`,
    "fields=variants.inventory_quantity",
    "fields=variants.sku,variants.options.value,variants.images.url",
    "fields=categories.parent_category.name,categories.category_children.name",
    // Found by what is not in the answer.
    "q=shirt&limit=5&fields=title",
    "q=XS&fields=title",
    `category_id[]=${catalogue.categoryId}`,
    `category_id[]=${childCategoryId}&fields=title`,
    `collection_id[]=${collectionId}`,
    `tag_id[]=${tagId}&fields=title`,
    `type_id[]=${typeId}&fields=title`,
    "variants[options][value]=S&fields=title",
    "variants[sku]=SHIRT-0-XS&fields=title",
    "variants[title]=XS&fields=title",
    "$and[0][title]=Another%20title&fields=title",
    `$or[0][title]=By%20a%20service&$or[1][id]=${first?.id ?? ""}&fields=title`,
    `created_at[$gt]=${YEARS_AGO}&fields=title`,
    `updated_at[$lt]=${YEARS_AGO}&fields=title`,
    `id[]=${first?.id ?? ""}&fields=subtitle`,
    "handle=imported&fields=title",
    "is_giftcard=false&fields=title",
    "limit=3&offset=3&order=title",
    "limit=2&order=-title&fields=title",
  ].map((query) => `/store/products?${query}`)
}

function otherPaths({ catalogue, collectionId, typeId, tagId, childCategoryId, dollarRegionId }: World): string[] {
  const [first, second] = catalogue.products
  const region = `region_id=${catalogue.regionId}`
  return [
    ...[first, second].flatMap((product) => [
      `/store/products/${product?.id ?? ""}`,
      `/store/products/${product?.id ?? ""}?${region}&fields=*variants.calculated_price,%2Bvariants.inventory_quantity,*categories,*tags,*images`,
      `/store/products/${product?.id ?? ""}?fields=variants.title,tags.value,collection.title`,
    ]),
    `/store/products/${first?.id ?? ""}?region_id=${dollarRegionId}&country_code=us&fields=variants.calculated_price.*`,
    "/store/product-variants",
    `/store/product-variants?${region}&fields=*calculated_price,%2Binventory_quantity`,
    "/store/product-variants?sku=SHIRT-0-XS&fields=title,product.title",
    "/store/product-variants?options[value]=S&fields=title",
    `/store/product-variants/${first?.variantId ?? ""}?${region}`,
    `/store/product-variants/${first?.variantId ?? ""}?fields=product.title,product.collection.title`,
    "/store/product-categories?fields=*category_children,*products",
    "/store/product-categories?include_descendants_tree=true&parent_category_id=null",
    "/store/product-categories?include_ancestors_tree=true&fields=name,*parent_category",
    "/store/product-categories?q=short&fields=name",
    "/store/product-categories?handle=short&fields=name,products.title",
    `/store/product-categories/${catalogue.categoryId}`,
    `/store/product-categories/${catalogue.categoryId}?include_descendants_tree=true`,
    `/store/product-categories/${childCategoryId}?include_ancestors_tree=true&fields=name,parent_category.name`,
    "/store/collections?fields=*products",
    "/store/collections?handle=summer&fields=title,products.title",
    `/store/collections/${collectionId}`,
    `/store/collections/${collectionId}?fields=title,products.tags.value`,
    "/store/product-tags",
    `/store/product-tags?fields=value&created_at[$gt]=${YEARS_AGO}`,
    `/store/product-tags/${tagId}`,
    "/store/product-types",
    "/store/product-types?q=wear&fields=value",
    `/store/product-types/${typeId}`,
    "/store/product-options?fields=*values",
    "/store/product-options?fields=title,values.value",
    "/store/regions?fields=*countries",
    "/store/regions?fields=countries.iso_2,payment_providers.id",
    `/store/regions/${catalogue.regionId}`,
    "/store/currencies?limit=200",
    "/store/currencies/eur",
    "/store/locales",
  ]
}
