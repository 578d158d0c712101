import { readRange, readRefreshChoice, refreshIntervalMs } from "../page-settings"
import { countsTraffic } from "../traffic"
import {
  isUnused,
  orderOf,
  pageOfTag,
  parseTag,
  readTagQuery,
  TAG_SORTS,
  TAGS_PER_PAGE,
  typesIn,
  withPage,
  writeTagQuery,
} from "../tags"
import { belongsToErrorBoundary, isWorthRetrying, messageOf, statusOf } from "../request-error"
import { tagsQuery } from "../../../api/admin/cache/validators"
import { troubleOf } from "../servers"

describe("the address of the page", () => {
  it("names the range, and what makes no sense is the usual one", () => {
    expect(["", "range=7d", "range=9y"].map((text) => readRange(new URLSearchParams(text)))).toEqual(["1h", "7d", "1h"])
  })

  it("keeps the table as it was left", () => {
    const query = { search: "Product", entity: "Product", sort: "hits", descending: false, page: 2 } as const
    const params = writeTagQuery(new URLSearchParams("range=7d"), query)
    expect(params.toString()).toBe("range=7d&q=Product&entity=Product&order=hits&page=3")
    expect(readTagQuery(params)).toEqual(query)
  })

  it("says nothing about what is as usual", () => {
    const usual = readTagQuery(new URLSearchParams())
    expect(orderOf(usual)).toBe("-last_cleared_at")
    expect(writeTagQuery(new URLSearchParams("q=old&page=4"), usual).toString()).toBe("")
  })

  it("sorts by nothing that the API refuses", () => {
    const orders = TAG_SORTS.flatMap((sort) =>
      [true, false].map((descending) => orderOf({ ...readTagQuery(new URLSearchParams()), sort, descending }))
    )
    expect(orders.filter((order) => !tagsQuery.safeParse({ order }).success)).toEqual([])
    expect(readTagQuery(new URLSearchParams("order=-entries")).sort).toBe("last_cleared_at")
  })

  it("selects a page of tags without losing what was selected on another", () => {
    expect(withPage(["a", "b"], ["b", "c"], true)).toEqual(["a", "b", "c"])
    expect(withPage(["a", "b"], ["b", "c"], false)).toEqual(["a"])
  })

  it("does not trust what stands there", () => {
    const query = readTagQuery(new URLSearchParams("order=-password&page=-1"))
    expect(query).toMatchObject({ sort: "last_cleared_at", descending: true, page: 0 })
    expect(readTagQuery(new URLSearchParams("page=1.5")).page).toBe(0)
  })

  it("names no page that the API refuses", () => {
    const { page } = readTagQuery(new URLSearchParams("page=9999999999"))
    expect(tagsQuery.safeParse({ offset: String(page * TAGS_PER_PAGE) }).success).toBe(true)
  })
})

describe("a tag", () => {
  it("is unused when nothing has met it, and not when that is unknown", () => {
    const never = { version: null, entries: 0, hits: 0 }
    expect(isUnused(never)).toBe(true)
    const met = [
      { ...never, version: 4 },
      { ...never, entries: 1 },
      { ...never, hits: 1 },
      { ...never, entries: null },
    ]
    expect(met.map(isUnused)).toEqual([false, false, false, false])
  })
})

describe("automatic refresh", () => {
  const calm = { isPaused: false, hasFailed: false }

  it("asks as often as chosen", () => {
    expect([refreshIntervalMs(15, calm), refreshIntervalMs(60, calm), refreshIntervalMs(0, calm)]).toEqual([
      15_000,
      60_000,
      false,
    ])
  })

  it("waits while a dialog is open, and asks less often after an error", () => {
    expect(refreshIntervalMs(15, { isPaused: true, hasFailed: false })).toBe(false)
    expect(refreshIntervalMs(15, { isPaused: false, hasFailed: true })).toBe(60_000)
    expect(refreshIntervalMs(0, { isPaused: false, hasFailed: true })).toBe(false)
  })

  it("remembers a choice, and takes nothing else for one", () => {
    expect([readRefreshChoice("0"), readRefreshChoice(null), readRefreshChoice("1")]).toEqual([0, 15, 15])
  })
})

describe("a failed request", () => {
  const failed = (status: number) => Object.assign(new Error(`status ${status}`), { status })

  it("leaves the page only when the session is over", () => {
    expect([401, 403, 404, 500].filter((status) => belongsToErrorBoundary(failed(status)))).toEqual([401])
    expect(belongsToErrorBoundary(new TypeError("Failed to fetch"))).toBe(false)
  })

  it("is tried again when the server may answer the next time", () => {
    expect([400, 401, 403, 404, 500, 503].filter((status) => isWorthRetrying(failed(status)))).toEqual([500, 503])
    expect(isWorthRetrying(new TypeError("Failed to fetch"))).toBe(true)
  })

  it("has a status and a message, whatever was thrown", () => {
    expect([statusOf(failed(403)), statusOf("no"), statusOf(null), statusOf({ status: "403" })]).toEqual([
      403,
      undefined,
      undefined,
      undefined,
    ])
    expect([messageOf(new Error("no")), messageOf("why")]).toEqual(["no", "why"])
  })
})

describe("the banner", () => {
  it("speaks of the worst of what is wrong", () => {
    expect(troubleOf({ status: "healthy", reason: null }, false)).toBeUndefined()
    expect(troubleOf({ status: "unreachable", reason: "circuit_open" }, false)).toBe("unreachable")
    expect(troubleOf({ status: "unreachable", reason: "clear_pending" }, false)).toBe("clear_pending")
    expect(troubleOf({ status: "degraded", reason: null }, false)).toBe("degraded")
    expect(troubleOf({ status: "degraded", reason: "out_of_memory" }, false)).toBe("out_of_memory")
    expect(troubleOf({ status: "degraded", reason: "no_cas" }, false)).toBe("no_cas")
    expect(troubleOf({ status: "healthy", reason: null }, true)).toBe("refresh_failed")
  })
})

describe("a page without figures", () => {
  const provider = (is_default: boolean, configuration: Record<string, unknown>) => ({ is_default, configuration })

  it("does not wait for lookups when nothing is counted", () => {
    const off = { statistics: { enabled: false } }
    expect(countsTraffic([provider(true, off)])).toBe(false)
    expect(countsTraffic([provider(false, off), provider(true, { statistics: { enabled: true } })])).toBe(true)
    expect([countsTraffic([]), countsTraffic([provider(true, {})])]).toEqual([true, true])
  })
})

describe("a tag", () => {
  it("names a type, and an id or all of a type", () => {
    expect(parseTag("Product:prod_1")).toEqual({ entity: "Product", rest: "prod_1", isList: false })
    expect(parseTag("Product:list:*")).toEqual({ entity: "Product", rest: "list:*", isList: true })
    expect(parseTag("menu")).toEqual({ entity: "menu", rest: "", isList: false })
  })

  it("can be filtered by every type but that of all others, which no tag has", () => {
    expect(typesIn([{ entity: "Product" }, { entity: "other" }])).toEqual(["Product"])
  })

  it("has a page where the dashboard has one", () => {
    expect(pageOfTag("Product", "prod_1")).toBe("/products/prod_1")
    expect(pageOfTag("Product", "list:*")).toBeUndefined()
    expect(pageOfTag("Product", "../settings?a#b")).toBe("/products/..%2Fsettings%3Fa%23b")
    expect(pageOfTag("Price", "price_1")).toBeUndefined()
  })
})
