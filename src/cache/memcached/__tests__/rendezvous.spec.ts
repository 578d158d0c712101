import { CacheError } from "../../support/errors"
import { chooseServer } from "../rendezvous"

const servers = ["10.0.0.1:11211", "10.0.0.2:11211", "10.0.0.3:11211", "10.0.0.4:11211"].map((id) => ({ id }))
const keys = Array.from({ length: 5_000 }, (_, index) => `medusa:${index.toString(16)}`)

function share(matches: (key: string) => boolean): number {
  return keys.filter(matches).length / keys.length
}

describe("chooseServer", () => {
  it("spreads the keys evenly", () => {
    for (const server of servers) {
      expect(share((key) => chooseServer(servers, key) === server)).toBeCloseTo(0.25, 1)
    }
  })

  it("moves a quarter of the keys when a fourth server joins three, all of them to the new one", () => {
    const three = servers.slice(0, 3)
    const moved = (key: string): boolean => chooseServer(three, key) !== chooseServer(servers, key)
    expect(share(moved)).toBeGreaterThan(0.23)
    expect(share(moved)).toBeLessThan(0.27)
    expect(keys.filter(moved).every((key) => chooseServer(servers, key) === servers[3])).toBe(true)
  })

  it("does not depend on the order in which the servers are configured", () => {
    const reversed = [...servers].reverse()
    expect(keys.every((key) => chooseServer(servers, key) === chooseServer(reversed, key))).toBe(true)
  })

  it("is the same in every version, because processes of two versions share the servers during a deployment", () => {
    const ids = ["head", "medusa:a", "medusa:b", "medusa:0123456789abcdef"].map((key) => chooseServer(servers, key).id)
    expect(ids).toEqual(["10.0.0.1:11211", "10.0.0.3:11211", "10.0.0.1:11211", "10.0.0.4:11211"])
  })

  it("needs a server", () => {
    expect(() => chooseServer([], "key")).toThrow(CacheError)
  })
})
