import { type MemcachedProcess, startMemcached } from "../../testing/memcached"
import { readItem } from "../provider/memcached-shell"
import { Prng } from "../../testing/prng"
import { DeployedProcess } from "./deployed-process"
import { type Change, EVERY_FORMAT } from "./other-version-server"

jest.setTimeout(120_000)

let memcached: MemcachedProcess
let prefix: string
let opened = 0
const processes: DeployedProcess[] = []

beforeAll(async () => {
  memcached = await startMemcached()
})
beforeEach(() => {
  prefix = `upgrade-${++opened}`
})
afterEach(() => Promise.all(processes.splice(0).map((process) => process.close())))
afterAll(() => memcached.stop())

/** A process of this version, or of one with these changes. */
function open(changes: readonly Change[] = []): DeployedProcess {
  const process = new DeployedProcess(memcached, prefix, changes)
  processes.push(process)
  return process
}

const missesOf = ({ cache }: DeployedProcess) => cache.insight.statistics.snapshot().misses
const hitsOf = ({ cache }: DeployedProcess) => cache.insight.statistics.snapshot().hits

/** Reads until it is found, as the second of two requests should. */
async function warm(process: DeployedProcess, key: string, value: unknown, tags: string[] = ["t"]): Promise<void> {
  await process.read(key, tags, () => value)
  expect(await process.get(key)).toEqual(value)
}

interface Traffic {
  readonly stale: number
  readonly hits: number
}

/** Reads and edits through both processes in turns, one call after the other, so that what is right is known exactly. */
async function drive(pair: readonly [DeployedProcess, DeployedProcess], seed: number): Promise<Traffic> {
  const prng = new Prng(seed)
  const prices = [1, 1, 1, 1]
  let [current] = pair
  let stale = 0
  let hits = 0
  for (let step = 0; step < 600; step++) {
    // For some calls in a row: a process must have the time to hit what it has stored.
    if (prng.below(6) === 0) current = current === pair[0] ? pair[1] : pair[0]
    const product = prng.below(prices.length)
    if (prng.below(5) === 0) {
      prices[product] = (prices[product] ?? 0) + 1
      await current.clear(`Product:${product}`)
    } else {
      const found = await current.read(`product-${product}`, [`Product:${product}`], () => ({ price: prices[product] }))
      if (found === null) continue
      hits += 1
      if ((found as { price: number }).price !== prices[product]) stale += 1
    }
  }
  return { stale, hits }
}

describe("a version that has changed its entries, beside this one", () => {
  const changes: readonly Change[] = ["entry"]

  it("finds a miss where the other has stored, and neither fails", async () => {
    const [now, later] = [open(), open(changes)]
    await warm(now, "1", { by: "now" })
    expect(await later.get("1")).toBeNull()
    expect(missesOf(later)).toMatchObject({ unreadable: 1 })
    await warm(later, "2", { by: "later" })
    expect(await now.get("2")).toBeNull()
    expect(missesOf(now)).toMatchObject({ unreadable: 1 })
    expect((await now.cache.insight.inspector.inspect("2")).state).toBe("unreadable")
    expect(await now.cache.get({ tags: ["t"] })).toEqual([{ by: "now" }])

    expect([...now.warnings, ...later.warnings]).toEqual([])
  })

  it("replaces what the other has stored", async () => {
    const [now, later] = [open(), open(changes)]
    for (const process of [now, later, now, later]) await warm(process, "1", { by: processes.indexOf(process) })
  })

  it("clears what the other has stored, and the other way round", async () => {
    const [now, later] = [open(), open(changes)]
    await warm(now, "1", { by: "now" })
    await warm(later, "2", { by: "later" })
    await later.clear("t")
    expect(await now.get("1")).toBeNull()
    await warm(now, "1", { by: "now" })
    await warm(later, "2", { by: "later" })
    const { cleared } = missesOf(later)
    await now.clear("t")

    expect(await later.get("2")).toBeNull()
    expect(missesOf(later)).toMatchObject({ cleared: cleared + 1 })
  })

  it("serves nothing stale, and hits", async () => {
    const { stale, hits } = await drive([open(), open(changes)], 1)

    expect(stale).toBe(0)
    expect(hits).toBeGreaterThan(20)
  })
})

describe("a version that has changed everything, beside this one", () => {
  it.each([1, 2, 3])("serves nothing stale, and hits (seed %i)", async (seed) => {
    const pair = [open(), open(EVERY_FORMAT)] as const
    const { stale, hits } = await drive(pair, seed)

    expect(stale).toBe(0)
    expect(hits).toBeGreaterThan(20)
    expect(pair.flatMap(({ warnings }) => warnings)).toEqual([])
  })

  it("would serve stale data with a head of its own beside the other's, which proves that this test can tell", async () => {
    const { stale } = await drive([open(), open(["headName"])], 1)

    expect(stale).toBeGreaterThan(0)
  })

  it("begins a new log in place of the other's, which voids what was stored before", async () => {
    const [now, later] = [open(), open(EVERY_FORMAT)]
    await warm(now, "1", { by: "now" })
    await warm(later, "2", { by: "later" })

    expect(await now.get("1")).toBeNull()
    expect(missesOf(now)).toMatchObject({ restarted: 1 })
  })

  it("is alone in the end, and hits as ever: after an upgrade, and after a rollback", async () => {
    for (const last of [EVERY_FORMAT, []]) {
      const [leaving, staying] = [open(last.length > 0 ? [] : EVERY_FORMAT), open(last)]
      await drive([leaving, staying], 4)
      await leaving.close()
      await warm(staying, "after", { of: "the deployment" })
      const before = hitsOf(staying)
      for (let i = 0; i < 10; i++) expect(await staying.get("after")).toEqual({ of: "the deployment" })
      expect(hitsOf(staying) - before).toBe(10)
    }
  })

  it("hears of big clears and of many, which lie in items of their own", async () => {
    const [now, later] = [open(), open(EVERY_FORMAT)]
    const many = Array.from({ length: 30 }, (_, i) => `Product:${i}`)
    for (const [reader, writer] of [
      [now, later],
      [later, now],
    ] as const) {
      await warm(reader, "big", { price: "old" }, ["Product:7"])
      await writer.clear(...many)
      expect(await reader.get("big")).toBeNull()
      await warm(reader, "many", { price: "old" }, ["Product:7"])
      for (const tag of many.slice(0, 12)) await writer.clear(tag)
      expect(await reader.get("many")).toBeNull()
    }
  })
})

describe("records of another version in a log of this one", () => {
  it("are treated as if anything could have been cleared by them", async () => {
    // The same head, which no version may do: records of an epoch have one format. It is safe all the same.
    const later = open(["record"])
    await warm(later, "1", { price: "old" }, ["Product:7"])
    await later.clear("Product:7")
    for (let i = 0; i < 12; i++) await later.clear(`Other:${i}`)
    const newcomer = open()

    expect(await newcomer.get("1")).toBeNull()
    expect(newcomer.cache.logStatus().horizon).toBeGreaterThan(0)
  })
})

describe("what is shown to people, with two versions at once", () => {
  /** Everything that a process writes now and then, written. */
  async function leaveTraces(process: DeployedProcess): Promise<string[]> {
    await warm(process, `by-${processes.indexOf(process)}`, { a: 1 }, ["Product:1", "Product:list:*"])
    await process.clear("Product:1")
    await process.close()
    return [...process.server.written].filter((name) => /~(clears|tags:|stats:)/.test(name)).sort()
  }

  const contentsOf = (names: readonly string[]) =>
    Promise.all(names.map(async (name) => (await readItem(memcached.address, name))?.bytes.toString()))

  it("statistics, tags and history of the later version are left as they are", async () => {
    const names = await leaveTraces(open(["json"]))
    const kinds = new Set(names.map((name) => name.split(":")[1]))
    expect(kinds).toEqual(new Set(["~clears", "~stats", "~tags"]))
    const before = await contentsOf(names)
    expect(before.every((content) => content?.includes('"version":2'))).toBe(true)
    const now = open()
    await leaveTraces(now)

    expect(await contentsOf(names)).toEqual(before)
    expect(now.warnings).toEqual([])
  })

  it("the earlier version shows what it knows itself, and fails nowhere", async () => {
    await leaveTraces(open(["json"]))
    const now = open()
    expect(await now.cache.insight.clears.recent()).toEqual({ clears: [], complete: true })
    expect(await now.cache.insight.tags.list()).toEqual({ tags: [], complete: true, truncated: false })
    expect(await now.cache.insight.timeSeries.read("1h")).toMatchObject({ complete: true, totals: { lookups: 0 } })
    await warm(now, "own", { a: 1 }, ["Product:2"])
    await now.clear("Product:2")

    expect((await now.cache.insight.clears.recent()).clears).toMatchObject([{ sample: ["Product:2"] }])
    expect(await now.cache.insight.tags.find("Product:2")).toMatchObject({
      tag: "Product:2",
      lastCleared: { origin: "code" },
    })
    expect((await now.cache.insight.timeSeries.read("1h")).totals.lookups).toBe(2)
  })

  it("the later version replaces tags and history that it cannot read", async () => {
    await leaveTraces(open())
    await leaveTraces(open(["json"]))
    const reader = open(["json"])

    expect((await reader.cache.insight.clears.recent()).clears).toMatchObject([{ sample: ["Product:1"], calls: 1 }])
    expect((await reader.cache.insight.tags.list()).tags.map(({ tag }) => tag).sort()).toEqual([
      "Product:1",
      "Product:list:*",
    ])
  })
})
