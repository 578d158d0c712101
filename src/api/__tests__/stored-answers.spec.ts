import { dirname, join } from "node:path"
import { storedAnswers } from "../stored-answers"

interface Sortable {
  readonly matcher: string
  readonly methods?: readonly string[]
}

/** Medusa does not export it. */
const { RoutesSorter } = jest.requireActual<{
  readonly RoutesSorter: new (routes: readonly Sortable[]) => { sort(): readonly Sortable[] }
}>(join(dirname(require.resolve("@medusajs/framework/http")), "routes-sorter.js"))

const middleware = (matcher: string, methods?: readonly string[]): Sortable => ({
  matcher,
  ...(methods && { methods }),
})

describe("the middleware that answers from the cache", () => {
  it("comes after those by which a shop may refuse somebody, and before those of routes", () => {
    const [own] = storedAnswers
    // In the order in which Medusa loads them: its own, those of plugins, those of the shop.
    const sorted = new RoutesSorter([
      middleware("/store/products", ["GET"]),
      middleware("/store/products/:id", ["GET"]),
      middleware(String(own?.matcher), own?.methods),
      middleware("/*"),
      middleware("/store/*"),
      middleware("/store/*", ["GET"]),
      middleware("/store*", ["GET"]),
      middleware("/store/products/:id"),
    ]).sort()
    const order = sorted.map(({ matcher, methods }) => `${matcher}${methods ? " GET" : ""}`)
    const at = order.indexOf(`${String(own?.matcher)} GET`)
    expect(order.slice(0, at).sort()).toEqual(["/*", "/store* GET", "/store/*", "/store/* GET", "/store/products/:id"])
    expect(order.slice(at + 1)).toEqual(expect.arrayContaining(["/store/products GET", "/store/products/:id GET"]))
  })
})
