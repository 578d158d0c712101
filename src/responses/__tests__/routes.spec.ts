import { resolveResponseOptions, routesOf } from "../options"
import { RouteTable } from "../routes"

const tableOf = (given: unknown): RouteTable => {
  const options = resolveResponseOptions(given)
  if (!options) throw new Error("answers are not stored")
  return new RouteTable(routesOf(options))
}

describe("routes whose answers are stored", () => {
  const table = tableOf(true)

  it.each([
    ["/store/products", "/store/products"],
    ["/store/products/", "/store/products"],
    ["/Store/Products", "/store/products"],
    ["/store/products/prod_1", "/store/products/[id]"],
    ["/store/currencies/eur", "/store/currencies/[code]"],
  ])("%s is %s", (path, name) => expect(table.find(path)?.name).toBe(name))

  it.each([
    "/store/carts/cart_1",
    "/store/customers/me",
    "/store/orders/order_1",
    "/store/products/prod_1/reviews",
    "/store/shipping-options",
    "/store/payment-providers",
    "/admin/products",
    "/store",
    "/",
  ])("%s is none of them", (path) => expect(table.find(path)).toBeUndefined())

  it("can be added, changed and turned off", () => {
    const own = tableOf({
      ttl: 60,
      vary: ["X-Currency"],
      routes: { "/store/brands/:id": { ttl: 5, vary: ["x-brand"] }, "/store/blog": true, "/store/products": false },
    })
    expect(own.find("/store/brands/1")).toEqual({
      name: "/store/brands/[id]",
      ttl: 5,
      vary: ["x-currency", "x-brand"],
    })
    expect(own.find("/store/blog")).toMatchObject({ ttl: 60, vary: ["x-currency"] })
    expect(own.find("/store/products")).toBeUndefined()
    expect(own.find("/store/products/1")).toBeDefined()
  })
})

describe("the option responses", () => {
  it.each([undefined, false])("%s stores nothing", (given) => expect(resolveResponseOptions(given)).toBeUndefined())

  it.each<[unknown, string]>([
    ["yes", "responses"],
    [{ ttl: 0 }, "responses.ttl"],
    [{ ttl: "60" }, "responses.ttl"],
    [{ routes: { "/store/carts/:id": true } }, "responses.routes./store/carts/:id"],
    [{ routes: { "/admin/products": true } }, "responses.routes./admin/products"],
    [{ routes: { "store/x": true } }, "responses.routes.store/x"],
    [{ routes: { "/store/x": { tll: 5 } } }, "responses.routes./store/x"],
    [{ vary: ["a b"] }, "responses.vary.0"],
    [{ cacheControl: "public\r\nx: y" }, "responses.cacheControl"],
    [{ bypass: true }, "responses.bypass"],
    [{ maxByte: 5000 }, "responses"],
  ])("%j is refused by the name of the option", (given, name) => {
    expect(() => resolveResponseOptions(given)).toThrow(`medusa-plugin-memcached: the option ${name} is not valid: `)
  })
})
