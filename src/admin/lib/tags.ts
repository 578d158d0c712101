import type { AdminCacheTag } from "../../types/http"

const LIST_SUFFIX = ":list:*"

interface TagName {
  /** `Product` of `Product:prod_1`; the whole tag when it has no colon. */
  readonly entity: string
  /** What stands after the entity's name: an id, or something of the shop's own. */
  readonly rest: string
  /** `Product:list:*`: every entry that holds any product carries it. */
  readonly isList: boolean
}

export function parseTag(tag: string): TagName {
  const colon = tag.indexOf(":")
  const isList = tag.endsWith(LIST_SUFFIX)
  return colon === -1
    ? { entity: tag, rest: "", isList }
    : { entity: tag.slice(0, colon), rest: tag.slice(colon + 1), isList }
}

export function tagOf(type: string, id: string): string {
  return `${type}:${id}`
}

/** Whether a tag has never been met: the API answers for every name. A number of entries that is unknown may be any. */
export function isUnused({ version, entries, hits }: Pick<AdminCacheTag, "version" | "entries" | "hits">): boolean {
  return version === null && entries === 0 && hits === 0
}

export function listTagOf(type: string): string {
  return `${type}${LIST_SUFFIX}`
}

/** What the API sorts by. Entries are not among it: they are counted for the page that is shown. */
export const TAG_SORTS = ["tag", "version", "last_cleared_at", "hits"] as const
export type TagSort = (typeof TAG_SORTS)[number]

export interface TagQuery {
  readonly search: string
  /** Only tags of this type; empty: of every type. */
  readonly entity: string
  readonly sort: TagSort
  readonly descending: boolean
  /** From 0. */
  readonly page: number
}

export const TAGS_PER_PAGE = 20

const DEFAULT_ORDER = "-last_cleared_at"

/** Beyond any number of tags, and still a page that the API knows. */
const LARGEST_PAGE = 1_000_000

/** The table's state as it stands in the address of the page. What makes no sense there is ignored. */
export function readTagQuery(params: URLSearchParams): TagQuery {
  const order = params.get("order") ?? DEFAULT_ORDER
  const sort = TAG_SORTS.find((name) => name === order.replace(/^-/, ""))
  const page = Number(params.get("page") ?? "1")
  return {
    search: params.get("q") ?? "",
    entity: params.get("entity") ?? "",
    sort: sort ?? "last_cleared_at",
    descending: sort === undefined || order.startsWith("-"),
    page: Number.isInteger(page) && page > 0 ? Math.min(page, LARGEST_PAGE) - 1 : 0,
  }
}

/** Leaves out of the address what is as usual, and everything there that belongs to somebody else as it is. */
export function writeTagQuery(params: URLSearchParams, query: TagQuery): URLSearchParams {
  const next = new URLSearchParams(params)
  set(next, "q", query.search, "")
  set(next, "entity", query.entity, "")
  set(next, "order", orderOf(query), DEFAULT_ORDER)
  set(next, "page", String(query.page + 1), "1")
  return next
}

/** The selection once all tags of a page are in it, or none of them: those of other pages stay as they are. */
export function withPage(selected: readonly string[], page: readonly string[], isSelected: boolean): string[] {
  const others = selected.filter((tag) => !page.includes(tag))
  return isSelected ? [...others, ...page] : others
}

/** As the API takes it: a leading minus is descending. */
export function orderOf(query: TagQuery): string {
  return query.descending ? `-${query.sort}` : query.sort
}

function set(params: URLSearchParams, name: string, value: string, usual: string): void {
  if (value === usual) {
    params.delete(name)
  } else {
    params.set(name, value)
  }
}

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

/** Whether a type in tags is the name of a route, whose responses are stored. */
export const isRoute = (type: string): boolean => type.startsWith("/")
