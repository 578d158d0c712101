import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { resolveResponseOptions } from "../options"
import { Responses } from "../responses"

const complaintOf = (options: unknown): string => {
  try {
    resolveResponseOptions(options)
    return "accepted"
  } catch (error) {
    return error instanceof Error ? error.message.replace("medusa-plugin-memcached: the option ", "") : ""
  }
}

describe("options of responses", () => {
  it.each<[unknown, string]>([
    [{ ttl: -5 }, "responses.ttl is not valid: Too small: expected number to be >=1 (given: -5)"],
    [{ maxBytes: "8MB" }, "responses.maxBytes is not valid: Invalid input: expected number, received string"],
    [{ rotes: {} }, "responses is not valid: there is no option rotes"],
    [
      { routes: { "/store/brands": { tll: 60 } } },
      "responses.routes./store/brands is not valid: there is no option tll",
    ],
    [{ routes: { "/store/brands": 5 } }, "expected true, false, or an object with options (given: 5)"],
    [{ routes: { "/admin/x": true } }, "expected a path below /store that does not belong to one visitor"],
    [{ routes: { "/store/carts/:id": true } }, "expected a path below /store that does not belong to one visitor"],
    [
      { vary: ["x currency"] },
      'responses.vary.0 is not valid: expected the name of a request header, as in "x-currency"',
    ],
    [{ bypass: true }, "responses.bypass is not valid: expected a function of the request (given: true)"],
    ["secret", "responses is not valid: Invalid input: expected object, received string"],
  ])("%j: %s", (options, complaint) => expect(complaintOf(options)).toContain(complaint))

  it("add a route that only looks as if it belonged to one visitor", () => {
    expect(complaintOf({ routes: { "/store/authors": true, "/store/authors/:id": true } })).toBe("accepted")
  })

  it("change or turn off a route whatever its parameter is called, and however it is written", () => {
    const options = resolveResponseOptions({
      routes: { "/store/products/:handle": false, "/store/Regions": false, "/store/collections/:handle": { ttl: 5 } },
    })
    if (!options) throw new Error("They are on")
    const responses = new Responses(options, () => ({}) as Knex, { warn: () => undefined })
    const routeOf = (path: string) => responses.routeOf({ method: "GET", path })

    expect([routeOf("/store/products/x"), routeOf("/store/regions")]).toEqual([undefined, undefined])
    expect(routeOf("/store/collections/x")).toMatchObject({ ttl: 5 })
    expect(routeOf("/store/products")).toMatchObject({ ttl: 3_600 })
  })
})
