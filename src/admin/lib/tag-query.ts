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
    page: Number.isInteger(page) && page > 0 ? page - 1 : 0,
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
