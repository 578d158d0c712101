/** What can be chosen by name in the dialog, and where it is looked up. */
export interface EntityKind {
  /** As in the cache's tags: the name of the data model. */
  readonly type: string
  /** Below `/admin`; also the name of the list in the answer once dashes are underscores. */
  readonly resource: string
  /** The field with the name that people know. */
  readonly nameField: string
  /** The page in the dashboard, below its root. */
  readonly page: string
}

export const ENTITY_KINDS: readonly EntityKind[] = [
  { type: "Product", resource: "products", nameField: "title", page: "/products" },
  { type: "ProductCategory", resource: "product-categories", nameField: "name", page: "/categories" },
  { type: "ProductCollection", resource: "collections", nameField: "title", page: "/collections" },
  { type: "Region", resource: "regions", nameField: "name", page: "/settings/regions" },
  { type: "SalesChannel", resource: "sales-channels", nameField: "name", page: "/settings/sales-channels" },
  { type: "PriceList", resource: "price-lists", nameField: "title", page: "/price-lists" },
  { type: "ProductType", resource: "product-types", nameField: "value", page: "/settings/product-types" },
  { type: "ProductTag", resource: "product-tags", nameField: "value", page: "/settings/product-tags" },
]

/** Where the statistics put the types that there is no room for. No tag is of this type. */
export const OTHER_TYPES = "other"

/** The types by which tags can be filtered. */
export const typesIn = (entities: readonly { readonly entity: string }[]): string[] =>
  entities.flatMap(({ entity }) => (entity === OTHER_TYPES ? [] : [entity]))

/** The page of what a tag stands for; undefined when the dashboard has none. */
export function pageOfTag(entity: string, rest: string): string | undefined {
  const kind = ENTITY_KINDS.find(({ type }) => type === entity)
  return kind === undefined || rest === "" || rest.includes("*")
    ? undefined
    : `${kind.page}/${encodeURIComponent(rest)}`
}
