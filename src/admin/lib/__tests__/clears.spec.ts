import type { AdminCacheClearResult } from "../../../types/http"
import {
  type ClearOutcome,
  type ClearRun,
  clearRequest,
  confirmationFor,
  countTargets,
  extentOf,
  isPattern,
  parseTagList,
  runsInBackground,
  wordsFor,
} from "../clear-scope"

const tags = (...list: string[]) => ({ kind: "tags", tags: list }) as const
const many = (count: number) => tags(...Array.from({ length: count }, (_, i) => `Product:${i}`))
const everything = { kind: "everything" } as const

describe("parseTagList", () => {
  it("takes lines and commas, drops empty parts and doubles", () => {
    expect(parseTagList(" Product:1\nProduct:2, Product:1 ,,\n\n")).toEqual(["Product:1", "Product:2"])
  })
})

describe("a pattern", () => {
  it("is what has a star, but not the tag of a list", () => {
    expect(["Product:*", "*", "Product:list:*", "Product:1"].map(isPattern)).toEqual([true, true, false, false])
  })
})

describe("confirmationFor", () => {
  it("asks nothing about what is cheap", () => {
    expect(confirmationFor(tags("Product:1"))).toBe("none")
    expect(confirmationFor(many(20))).toBe("none")
    expect(confirmationFor({ kind: "key", key: "menu" })).toBe("none")
    expect(confirmationFor({ kind: "entities", type: "Product", ids: ["1"] })).toBe("none")
  })

  it("asks about lists, patterns, and more than 20 targets", () => {
    expect(confirmationFor(tags("Product:1", "Product:list:*"))).toBe("ask")
    expect(confirmationFor(tags("Product:*"))).toBe("ask")
    expect(confirmationFor(many(21))).toBe("ask")
  })

  it("has everything typed, however it is written", () => {
    expect(confirmationFor(everything)).toBe("type")
    expect(confirmationFor(tags("*"))).toBe("type")
    expect(confirmationFor(tags("Product:1", "**"))).toBe("type")
  })
})

describe("clearRequest", () => {
  it("tells tags, patterns and everything apart", () => {
    expect(clearRequest(tags("Product:1", "Region:*", "Product:list:*"))).toEqual({
      tags: ["Product:1", "Product:list:*"],
      patterns: ["Region:*"],
    })
    expect(clearRequest(tags("*"))).toEqual({ all: true })
    expect(clearRequest(tags("Product:1", "**"))).toEqual({ all: true })
    expect(clearRequest(everything)).toEqual({ all: true })
  })

  it("takes an address for one, and what only looks like it for a key", () => {
    for (const address of ["/store/products?limit=12", "https://shop.example.com/store/regions", "/menu"]) {
      expect(clearRequest({ kind: "key", key: address })).toEqual({ keys: [address], urls: [address] })
    }
    for (const key of ["menu", "/menu#1", "/two words", "//a b", "https://shop", "http:/x y"]) {
      expect(clearRequest({ kind: "key", key })).toEqual({ keys: [key] })
    }
  })

  it("names entities and keys as the API takes them", () => {
    expect(clearRequest({ kind: "entities", type: "Product", ids: ["1", "2"] })).toEqual({
      entities: [{ type: "Product", ids: ["1", "2"] }],
    })
    expect(clearRequest({ kind: "key", key: "menu" })).toEqual({ keys: ["menu"] })
  })
})

describe("runsInBackground", () => {
  it("is for more than the API takes at once, and for patterns", () => {
    expect(runsInBackground(many(100))).toBe(false)
    expect(runsInBackground(many(101))).toBe(true)
    expect(runsInBackground(tags("Product:*"))).toBe(true)
    expect(runsInBackground(everything)).toBe(false)
    expect(runsInBackground(tags("*"))).toBe(false)
    expect(runsInBackground(tags("**"))).toBe(false)
  })
})

describe("countTargets", () => {
  it("counts what was chosen", () => {
    expect(countTargets(tags())).toBe(0)
    expect(countTargets({ kind: "key", key: "" })).toBe(0)
    expect(countTargets(everything)).toBe(1)
    expect(countTargets({ kind: "entities", type: "Product", ids: ["1", "2"] })).toBe(2)
  })
})

describe("wordsFor", () => {
  const answered = (part: Partial<AdminCacheClearResult>): ClearOutcome => ({
    kind: "answered",
    result: {
      status: "applied",
      provider_id: "caching-memcached",
      pending_servers: [],
      targets: 1,
      tags: ["Product:1"],
      keys: [],
      all: false,
      entries: 2,
      stale_until: null,
      message: "",
      ...part,
    },
  })

  it("says how it went, and how serious that is", () => {
    expect(wordsFor(answered({}))).toEqual({ key: "cleared", tone: "success" })
    expect(wordsFor(answered({ all: true }))).toEqual({ key: "everything", tone: "success" })
    expect(wordsFor(answered({ status: "nothing" }))).toEqual({ key: "nothing", tone: "info" })
    expect(wordsFor(answered({ entries: 0 }))).toEqual({ key: "nothing", tone: "info" })
  })

  it.each([
    [{ state: "running" }, "running", "info"],
    [{ state: "done" }, "finished", "success"],
    [{ state: "done", total: 0 }, "nothing", "info"],
    [{ state: "partly_done", pending: 1 }, "partial", "warning"],
    [{ state: "failed" }, "failed", "error"],
  ] as const)("says of a clear in the background that is %o only %s", (part, key, tone) => {
    const run: ClearRun = { id: "1", total: 3_000, done: 0, pending: 0, message: "", ...part }
    expect(wordsFor({ kind: "background", run })).toEqual({ key, tone })
  })

  it("does not call it done while old data may still be served", () => {
    expect(wordsFor(answered({ status: "pending" }))).toEqual({ key: "pending", tone: "warning" })
    expect(wordsFor(answered({ status: "pending", all: true }))).toEqual({ key: "pending", tone: "warning" })
  })

  it("tells a refusal from a failure", () => {
    expect(wordsFor({ kind: "failed", message: "no", isForbidden: true })).toEqual({ key: "forbidden", tone: "error" })
    expect(wordsFor({ kind: "failed", message: "no", isForbidden: false })).toEqual({ key: "failed", tone: "error" })
  })
})

describe("what would be cleared", () => {
  const found = (targets: number, entries: number | null): AdminCacheClearResult => ({
    ...{ status: "dry_run", provider_id: "caching-memcached", pending_servers: [], tags: [], keys: [], all: false },
    ...{ targets, entries, stale_until: null, message: "" },
  })

  it("is the number of tags, where all are named", () => {
    expect(extentOf(tags("a", "b"), undefined)).toEqual({ targets: 2, entries: null })
  })

  it("is unknown, and not 0 tags, while nobody can tell what a pattern matches", () => {
    expect(extentOf(tags("a:*"), undefined)).toEqual({ targets: undefined, entries: null })
    expect(extentOf(tags("a:*"), found(0, null))).toEqual({ targets: undefined, entries: null })
    expect(extentOf(tags("a:*"), found(0, 0))).toEqual({ targets: 0, entries: 0 })
  })
})
