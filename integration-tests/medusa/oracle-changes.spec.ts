import { CHANGES } from "../http/oracle/changes"
import { UNAFFECTED } from "../http/oracle/unaffected"
import { readMutations } from "./tables"

/** `POST /admin/products/:id, which is hidden` is a change by `POST /admin/products/:id`. */
const driven = new Set(CHANGES.map(({ by }) => by.replace(/,.*$/, "")))

const mutations = readMutations()
const visible = mutations.filter(({ verdict }) => verdict !== "unseen").map(({ route }) => route)

describe("the oracle for answers that are stored", () => {
  it("makes a change by each route whose change somebody may see, or knows why it need not", () => {
    expect(visible.filter((route) => !driven.has(route) && !(route in UNAFFECTED))).toEqual([])
    expect(visible.length).toBeGreaterThan(100)
  })

  it("knows no route that is gone, and none twice", () => {
    const routes = mutations.map(({ route }) => route)
    const named = [...driven].filter((by) => /^[A-Z]+ \//.test(by))
    expect([...named, ...Object.keys(UNAFFECTED)].filter((route) => !routes.includes(route))).toEqual([])
    expect(Object.keys(UNAFFECTED).filter((route) => driven.has(route) || !visible.includes(route))).toEqual([])
    expect(new Set(CHANGES.map(({ by }) => by)).size).toBe(CHANGES.length)
  })
})
