import { addressOf, answerKeyOf, type KeyedRequest, urlTagOf } from "../answer-key"

const REQUEST: KeyedRequest = {
  originalUrl: "/store/products?limit=12",
  headers: {},
  publishable_key_context: { key: "pk_1", sales_channel_ids: ["sc_2", "sc_1"] },
}
const ROUTE = { name: "/store/products", ttl: 60, vary: ["x-currency"] }

const keyOf = (other: Partial<KeyedRequest> = {}, encoding: "br" | "gzip" = "br", version?: string) =>
  answerKeyOf({ ...REQUEST, ...other }, ROUTE, encoding, version)?.key

describe("the key of an answer", () => {
  it("is another one for whatever the answer may depend on", () => {
    const keys = [
      keyOf(),
      keyOf({ originalUrl: "/store/products?limit=13" }),
      keyOf({ originalUrl: "/store/product-tags?limit=12" }),
      keyOf({ publishable_key_context: { key: "pk_2", sales_channel_ids: ["sc_1", "sc_2"] } }),
      keyOf({ publishable_key_context: { key: "pk_1", sales_channel_ids: ["sc_1"] } }),
      keyOf({ locale: "de-DE" }),
      keyOf({ headers: { "x-currency": "usd" } }),
      keyOf({}, "gzip"),
      keyOf({}, "br", "2"),
    ]
    expect(new Set(keys).size).toBe(keys.length)
  })

  it("is the same for requests that mean the same", () => {
    expect(keyOf({ originalUrl: "/store/products?b=1&a=2" })).toBe(keyOf({ originalUrl: "/store/products?a=2&b=1" }))
    expect(keyOf({ publishable_key_context: { key: "pk_1", sales_channel_ids: ["sc_1", "sc_2"] } })).toBe(keyOf())
    expect(keyOf({ headers: { "user-agent": "another" } })).toBe(keyOf())
  })

  it("is another one when the option vary names another header, which what is stored does not tell apart", () => {
    const keys = [["x-currency"], ["x-theme"], []].map(
      (vary) => answerKeyOf(REQUEST, { ...ROUTE, vary }, "br", undefined)?.key
    )
    expect(new Set(keys).size).toBe(keys.length)
  })

  it("has no place for an address that no storefront sends", () => {
    expect(keyOf({ originalUrl: `/store/products?q=${"x".repeat(2_000)}` })).toBeUndefined()
  })

  it("comes with tags for its route and for its address", () => {
    expect(answerKeyOf(REQUEST, ROUTE, "br", undefined)?.tags).toEqual([
      "/store/products:list:*",
      "url:/store/products?limit=12",
    ])
  })
})

describe("addressOf", () => {
  it.each([
    ["/a", "/a"],
    ["/a?", "/a"],
    // Express counts empty parameters, and drops what comes after a thousand.
    ["/a?&b=1&", "/a?&b=1&"],
    ["/a?c=1&&b=1", "/a?c=1&&b=1"],
    ["/a?c=1#&b=1", "/a?c=1#&b=1"],
    ["/a?b=2&a=1", "/a?a=1&b=2"],
    // What belongs to one name keeps its order, however its index is written.
    ["/a?id[]=2&b=1&id[]=1&id=3&id%5B0%5D=4", "/a?b=1&id[]=2&id[]=1&id=3&id%5B0%5D=4"],
    // A name in disguise may be that of another one.
    ["/a?b=1&%61=2", "/a?b=1&%61=2"],
    ["/a?b=x%26y&a=%C3%A4", "/a?a=%C3%A4&b=x%26y"],
  ])("%s is %s", (url, address) => expect(addressOf(url)).toBe(address))
})

describe("urlTagOf", () => {
  it.each([
    "/store/products?fields=*tags,+title&limit=12",
    "/Store/Products/?limit=12&fields=*tags,+title",
    "/store/products?fields=*tags%2C%2Btitle&limit=12",
    "/store/products?&limit=12&fields=%2Atags%2C+title",
  ])("is one for each way to write an address: %s", (url) => {
    expect(urlTagOf(url)).toBe("url:/store/products?fields=*tags, title&limit=12")
  })

  it.each(["/store/titles/caf%C3%A9", "/store/titles/café", "/Store/Titles/caf%c3%a9/"])(
    "is one for each way to write a path: %s",
    (url) => expect(urlTagOf(url)).toBe("url:/store/titles/café")
  )

  it("is another one for another address", () => {
    const tags = ["/", "/a", "/a?b", "/a?b=1", "/a?b=2", "/a?b=%"].map(urlTagOf)
    expect(new Set(tags).size).toBe(tags.length)
  })
})
