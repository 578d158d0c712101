import { RELATED_TYPES, relatedTags } from "../../src/modules/cache-changes/related-tags"
import { CACHED_LOOKUPS, CACHED_METHODS } from "./cached-lookups"
import { cacheUses, mutatingRoutes, workflowIds } from "./installed-medusa"
import { type Mutation, readMutations, readWorkflows } from "./tables"

/** What is written here is about one version of Medusa. These fail with another one until somebody has looked at it. */

const mutations = readMutations()
const silent = mutations.filter(({ verdict }) => verdict === "silent")

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort()

/** Names the difference in both directions. */
function expectSame(installed: Iterable<string>, written: Iterable<string>): void {
  const [there, here] = [sorted(installed), sorted(written)]
  expect({
    nobodyHasLookedAt: there.filter((name) => !here.includes(name)),
    gone: here.filter((name) => !there.includes(name)),
  }).toEqual({ nobodyHasLookedAt: [], gone: [] })
}

const routesOf = (rows: readonly Mutation[]): string[] => rows.map(({ route }) => route)

describe("the installed Medusa", () => {
  it("has the routes of mutations.txt that change something, and no others", () => {
    expectSame(mutatingRoutes(), routesOf(mutations))
    expect(mutations.length).toBeGreaterThan(300)
  })

  it("has the workflows of workflows.txt, and no others", () => {
    const workflows = readWorkflows()
    expectSame(
      workflowIds(),
      workflows.map(({ id }) => id)
    )
    expect(workflows.length).toBeGreaterThan(300)
  })

  it("asks the cache where cached-lookups.ts says, and nowhere else", () => {
    const written: Record<string, number> = { ...CACHED_METHODS }
    for (const [file, count] of CACHED_LOOKUPS.flatMap(({ places }) => Object.entries(places))) {
      written[file] = (written[file] ?? 0) + count
    }
    const places = (counts: Record<string, number>) => Object.entries(counts).map(([file, n]) => `${file}: ${n}`)
    expectSame(places(cacheUses()), places(written))
  })
})

describe("mutations.txt", () => {
  it("has each route once, in the order of their paths", () => {
    const routes = routesOf(mutations)
    const pathFirst = (route: string) => route.split(" ").reverse().join(" ")
    expect(routes).toEqual(sorted(routes).sort((a, b) => (pathFirst(a) < pathFirst(b) ? -1 : 1)))
  })

  it("says of each route who sees the change, and what is left to be cleared", () => {
    const seen = mutations.filter(({ seenBy }) => seenBy.length > 0)
    expect(routesOf(mutations.filter(({ verdict }) => verdict !== "unseen"))).toEqual(routesOf(seen))
    expect(routesOf(mutations.filter(({ clears }) => clears.length > 0))).toEqual(routesOf(silent))
    expect(routesOf(mutations.filter(({ because }) => because === ""))).toEqual([])
    const kept = CACHED_LOOKUPS.filter(({ neverKept }) => neverKept === undefined).map(({ name }) => name)
    expect(mutations.flatMap(({ seenBy }) => seenBy).filter((name) => !kept.includes(name))).toEqual([])
  })

  it("leaves nothing to be cleared that is not cleared with the rows", () => {
    const left = silent.filter(({ changes, clears }) => {
      // Any workflow's rows are those of the other lines.
      if (clears[0] === "all") return false
      const cleared = typesOf(changes).flatMap((type) => [`${type}:list:*`, ...relatedTags(type)])
      return clears.some((type) => !cleared.includes(`${type}:list:*`))
    })
    expect(routesOf(left)).toEqual([])
  })

  it("has a silent route for everything that clears more than its own tags", () => {
    const changed = silent.flatMap(({ changes }) => typesOf(changes))
    expect(RELATED_TYPES.filter((type) => !changed.includes(type))).toEqual([])
  })
})

/** Tables without a type of their own: they join records of these two. */
const JOINED: Readonly<Record<string, readonly string[]>> = {
  product_category_product: ["Product", "ProductCategory"],
  product_tags: ["Product", "ProductTag"],
  product_variant_option: ["ProductVariant", "ProductOptionValue"],
}

const typesOf = (changes: readonly string[]): string[] =>
  changes.map((change) => change.replace(/[+~-]+$/, "")).flatMap((name) => JOINED[name] ?? [name])
