import { inflateSync } from "node:zlib"
import { productList } from "../contract/sample-data"
import { type MemcachedProcess, startMemcached } from "../../testing/memcached"
import { DeployedProcess } from "./deployed-process"
import { TutorialShop } from "./tutorial-shop"

jest.setTimeout(120_000)

const TAGS = ["Product:prod_1", "Product:list:*"]
const small = { id: "prod_1", title: "from the tutorial" }
const large = productList(40)

let memcached: MemcachedProcess
let tutorial: TutorialShop
let process: DeployedProcess
let opened = 0

beforeAll(async () => {
  memcached = await startMemcached()
})
afterAll(() => memcached.stop())

// Under the prefix that the tutorial's provider had, as it stays in the options.
beforeEach(async () => {
  const prefix = `tutorial-${++opened}`
  tutorial = new TutorialShop(memcached.address, prefix)
  await tutorial.store({ key: "small", data: small, tags: TAGS })
  await tutorial.store({ key: "large", data: large, tags: TAGS })
  await tutorial.store({ key: "kept", data: small, autoInvalidate: false })
  process = new DeployedProcess(memcached, prefix)
})
afterEach(async () => {
  tutorial.close()
  await process.close()
})

describe("what the tutorial's provider has stored under the same prefix", () => {
  it("is there, as that provider would find it", async () => {
    expect(await tutorial.rawValue("small")).toBe(JSON.stringify(small))
    const deflated = Buffer.from((await tutorial.rawValue("large")) ?? "", "base64")
    expect(JSON.parse(inflateSync(deflated).toString())).toEqual(large)
    expect(await tutorial.rawValue("tag:Product:prod_1")).toMatch(/^\d{10}$/)
  })

  it("is a miss, by key and by tag", async () => {
    for (const key of ["small", "large", "kept"]) expect(await process.get(key)).toBeNull()
    expect(await process.cache.get({ tags: TAGS })).toEqual([])

    expect(process.cache.insight.statistics.snapshot().misses).toMatchObject({ unreadable: 3, new: 0 })
    expect((await process.cache.insight.inspector.inspect("small")).state).toBe("unreadable")
    expect(process.warnings).toEqual([])
  })

  it("is a miss also under the names of what it kept beside its entries", async () => {
    const names = ["opt:small", "key_tags:small", "tag:Product:prod_1", "tag_keys:Product:list:*"]
    for (const name of names) {
      expect(await tutorial.rawValue(name)).toBeDefined()
      expect(await process.get(name)).toBeNull()
      expect(await process.read(name, ["t"], () => ({ of: name }))).toBeNull()
      expect(await process.get(name)).toEqual({ of: name })
    }
  })

  it("is replaced by the first store", async () => {
    for (const key of ["small", "large", "kept"]) {
      expect(await process.read(key, TAGS, () => ({ of: key }))).toBeNull()
      expect(await process.get(key)).toEqual({ of: key })
    }
    expect(await process.cache.get({ tags: ["Product:prod_1"] })).toHaveLength(3)
  })

  it.each([
    { what: "a key", input: { key: "small" } },
    { what: "a tag", input: { tags: ["Product:prod_1"] } },
    { what: "a tag, as an event does", input: { tags: ["Product:list:*"], options: { autoInvalidate: true } } },
    { what: "everything", input: { tags: ["*"] } },
  ])("does not keep a clear of $what from working", async ({ input }) => {
    expect(await process.cache.clear(input)).toEqual({ status: "applied" })
    expect(await process.get("small")).toBeNull()
    await process.read("small", TAGS, () => ({ version: 1 }))
    expect(await process.get("small")).toEqual({ version: 1 })
    expect(await process.cache.clear(input)).toEqual({ status: "applied" })

    expect(await process.get("small")).toBeNull()
  })
})

describe("a process that still runs the tutorial's provider, in a rolling deployment", () => {
  it("cannot take for JSON what this one stores, so that it misses", async () => {
    for (const [key, data] of [
      ["small", small],
      ["large", large],
    ] as const) {
      await process.read(key, TAGS, () => data)
      const raw = (await tutorial.rawValue(key)) ?? ""
      expect(() => JSON.parse(raw) as unknown).toThrow()
      expect(() => inflateSync(Buffer.from(raw, "base64"))).toThrow()
    }
  })

  it("clears nothing here: everything has to be cleared once when the last such process has ended", async () => {
    await process.read("small", TAGS, () => ({ price: "old" }))
    await tutorial.clear("Product:prod_1")
    expect(await process.get("small")).toEqual({ price: "old" })
    await process.clear("*")

    expect(await process.get("small")).toBeNull()
  })
})
