import { CacheProcess, CacheWorld } from "../../../../testing/cache-process"
import { settle } from "../../../../testing/manual-runtime"
import { decodeHead } from "../head"
import { compose, HEAD, headsOf, keyOn, lookUp, loseHead } from "./several-servers"

const swapsOf = ({ servers }: CacheProcess): number[] => servers.map((server) => server.sentOf("set", HEAD).length)

async function connected(): Promise<{ world: CacheWorld; process: CacheProcess }> {
  const world = new CacheWorld(3)
  const process = new CacheProcess(world)
  await process.clear("first")
  for (const server of process.servers) server.sent.length = 0
  return { world, process }
}

describe("a clear on several servers", () => {
  it("is put into each head, and closed there before it has resolved", async () => {
    const { world, process } = await connected()

    expect(await process.clear("tag")).toEqual({ status: "applied" })
    expect(headsOf(world)).toMatchObject(Array(3).fill({ version: 2, open: [] }))
    expect(swapsOf(process)).toEqual([2, 2, 2])
  })

  it("is closed in the swap that adds a later one, when many overlap, and nothing stays open", async () => {
    const { world, process } = await connected()
    for (const server of process.servers) server.held = true
    const clears: Promise<unknown>[] = []
    for (let turn = 0; turn < 100; turn++) {
      if (turn < 50) clears.push(process.clear(`tag-${turn}`))
      await world.runtime.advance(0)
      for (const server of process.servers) server.release()
    }
    expect(await Promise.all(clears)).toEqual(Array(50).fill({ status: "applied" }))

    const heads = headsOf(world)
    expect(heads).toMatchObject(Array(3).fill({ open: [] }))
    const records = (heads[0]?.version ?? 0) - 1
    expect(records).toBeGreaterThan(10)
    expect(Math.max(...swapsOf(process))).toBeLessThan(1.5 * records)
  })

  it("that misses a server and finds no head on another is known to whoever begins an epoch there", async () => {
    const world = new CacheWorld(2)
    const user = new CacheProcess(world)
    const [onFirst, onSecond] = [keyOn(user, 0), keyOn(user, 1)]
    await user.load(onSecond, "old", { tags: ["t"] })
    expect(await user.get(onSecond)).toBe("old")

    loseHead(world, 0)
    const clearer = new CacheProcess(world)
    clearer.servers[1]?.enter("down")
    const cleared = clearer.clear("t")
    await world.runtime.advance(3_000)
    expect(await cleared).toMatchObject({ status: "pending" })

    // What is made of it would be stored on the first server, in an epoch that does not have the clear.
    expect(await user.get(onFirst)).toBeNull()
    expect(await user.get(onSecond)).toBeNull()
    await user.load(onSecond, "new", { tags: ["t"] })
    await world.runtime.advance(5_000)
    clearer.servers[1]?.enter("ready")
    await world.runtime.advance(5_000)
    expect(await clearer.clear("other")).toEqual({ status: "applied" })
    expect(clearer.cache.hasPending).toBe(false)
    await user.load(onSecond, "new", { tags: ["t"] })
    expect([await user.get(onSecond), await clearer.get(onSecond)]).toEqual(["new", "new"])
  })

  it("has resolved only if all logs had it at one moment, also when a log begins anew while it is being closed", async () => {
    const world = new CacheWorld(2)
    const before = new CacheProcess(world)
    const [onFirst, onSecond] = [keyOn(before, 0), keyOn(before, 1)]
    await before.cache.connect()
    await before.load(onSecond, "old", { tags: ["t"] })
    await before.clear("first")
    await before.cache.close()

    const clearer = new CacheProcess(world)
    await clearer.cache.connect()
    const [first, second] = clearer.servers
    if (!first || !second) throw new Error("there are two")
    second.enter("down")
    // The clear is closed on the first server, and the answer to that is late.
    first.script = (command) => {
      const head = command.op === "set" && command.key === HEAD ? decodeHead(command.value) : undefined
      if (head?.open.length === 0) first.held = true
      return undefined
    }
    let outcome: unknown
    void clearer.clear("t").then((resolved) => (outcome = resolved))
    await settle()
    expect(first.held).toBe(true)
    // Somebody who knows nothing of the clear begins another epoch there.
    loseHead(world, 0)
    const user = new CacheProcess(world)
    await compose(user, onFirst, onSecond)
    expect(await user.get(onFirst)).toBe("made of old")

    second.enter("ready")
    await world.runtime.advance(30)
    first.script = () => undefined
    first.held = false
    first.release()
    await settle()
    expect(outcome).toEqual({ status: "applied" })
    expect([await user.get(onFirst), await user.get(onSecond)]).toEqual([null, null])
  })
})

describe("a clear that has waited for too long", () => {
  it("is pending, and those that have begun since go on waiting for servers that may answer", async () => {
    const world = new CacheWorld(2)
    const process = new CacheProcess(world)
    await process.clear("first")
    const [first, second] = process.servers
    if (!first || !second) throw new Error("there are two")
    second.script = (command) => (command.op === "set" ? "unreachable" : undefined)
    const outcomes: string[] = []
    void process.clear("t").then(({ status }) => outcomes.push(`early: ${status}`))
    await world.runtime.advance(2_990)
    first.held = true
    void process.clear("u").then(({ status, servers }) => outcomes.push(`late: ${status} ${servers?.join() ?? ""}`))
    await world.runtime.advance(20)
    expect(outcomes).toEqual(["early: pending"])

    first.held = false
    first.release()
    await world.runtime.advance(20)
    expect(outcomes.slice(1)).toEqual([`late: pending ${second.id}`])
    await process.cache.close()
  })
})

describe("a clear that was left in an unborn head", () => {
  /** The third server is away. The second one has no head, and a clear reaches only that. */
  async function left() {
    const world = new CacheWorld(3)
    const user = new CacheProcess(world)
    const [onFirst, onSecond] = [keyOn(user, 0), keyOn(user, 1)]
    await user.load(onFirst, "old", { tags: ["t"] })
    await user.get(onSecond)
    await user.get(keyOn(user, 2))
    user.servers[2]?.enter("down")
    loseHead(world, 1)
    const clearer = new CacheProcess(world)
    clearer.servers[2]?.enter("down")
    clearer.servers[0]?.enter("down")
    const cleared = clearer.clear("t")
    await world.runtime.advance(50)
    expect(await cleared).toMatchObject({ status: "pending" })
    return { world, user, clearer, onFirst, onSecond }
  }

  it("is made once more where that is lost again, and an epoch has begun without it", async () => {
    const { world, user, clearer, onFirst, onSecond } = await left()
    loseHead(world, 1)
    await compose(user, onSecond, onFirst)
    expect(await user.get(onSecond)).toBe("made of old")
    // The third server is marked, by another clear.
    await user.clear("other")

    clearer.servers[0]?.enter("ready")
    await world.runtime.advance(10_000)
    for (const { servers } of [clearer, user]) servers[2]?.enter("ready")
    await world.runtime.advance(10_000)
    for (const { cache } of [clearer, user]) {
      expect(cache.hasPending).toBe(false)
      for (const key of [onFirst, onSecond]) expect(await lookUp(cache, key)).toBeNull()
    }
  })

  it("is not made once more when it ends while that is still there", async () => {
    const { world, user, clearer, onFirst } = await left()
    clearer.servers[0]?.enter("ready")
    await world.runtime.advance(100)
    expect(headsOf(world)[0]?.tail).toHaveLength(1)
    await world.runtime.advance(10_000)
    for (const { servers } of [clearer, user]) servers[2]?.enter("ready")
    await world.runtime.advance(10_000)
    for (const { cache } of [clearer, user]) {
      expect(cache.hasPending).toBe(false)
      expect(await lookUp(cache, onFirst)).toBeNull()
    }
  })
})

describe("a clear that is made once more because a log has begun anew", () => {
  /** Nothing is open, and nobody makes the clear yet another time because he takes the first one for abandoned. */
  async function expectAllClosed(world: CacheWorld): Promise<void> {
    expect(headsOf(world).map(({ open }) => open)).toEqual(world.memcacheds.map(() => []))
    const versions = headsOf(world).map(({ version }) => version)
    await world.runtime.advance(5_000)
    expect(headsOf(world).map(({ version }) => version)).toEqual(versions)
  }

  it("does not stay open where the answer to the first attempt was lost", async () => {
    const world = new CacheWorld(2)
    const process = new CacheProcess(world)
    await process.clear("first")
    const second = process.servers[1]
    if (!second) throw new Error("there are two")
    let isLost = false
    second.script = (command) => {
      if (isLost) return "unreachable"
      isLost = command.op === "set" && command.key === HEAD
      return isLost ? "lost" : undefined
    }
    const cleared = process.clear("t")
    await world.runtime.advance(2_500)
    loseHead(world, 0)
    await world.runtime.advance(600)
    expect(await cleared).toMatchObject({ status: "pending" })

    second.script = () => undefined
    await world.runtime.advance(1_000)
    expect(process.cache.hasPending).toBe(false)
    await expectAllClosed(world)
  })

  it("does not stay open where it had been before", async () => {
    const world = new CacheWorld(3)
    const process = new CacheProcess(world)
    await process.clear("first")
    const third = process.servers[2]
    if (!third) throw new Error("there are three")
    third.script = (command) => (command.op === "set" ? "unreachable" : undefined)
    const cleared = process.clear("t")
    await world.runtime.advance(100)
    expect(headsOf(world).map(({ open }) => open.length)).toEqual([1, 1, 0])
    loseHead(world, 1)
    third.enter("down")
    expect(await cleared).toMatchObject({ status: "pending" })
    expect(headsOf(world).map(({ open }) => open.length)).toEqual([0, 0, 0])

    third.script = () => undefined
    third.enter("ready")
    await world.runtime.advance(2_500)
    expect(process.cache.hasPending).toBe(false)
    await expectAllClosed(world)
  })
})
