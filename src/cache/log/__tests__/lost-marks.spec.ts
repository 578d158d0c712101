import { CacheProcess, CacheWorld } from "../../../../testing/cache-process"
import { cacheWith, compose, connectionTo, headOf, keyOn, lookUp, loseHead, nameOf } from "./several-servers"

/** Two servers, of which the second has something that a clear names later. */
async function used(): Promise<{ world: CacheWorld; onFirst: string; onSecond: string }> {
  const world = new CacheWorld(2)
  const before = new CacheProcess(world)
  const [onFirst, onSecond] = [keyOn(before, 0), keyOn(before, 1)]
  await before.load(onSecond, "old", { tags: ["t"] })
  await before.get(onFirst)
  await before.cache.close()
  return { world, onFirst, onSecond }
}

/** The first server loses its head, and is used by somebody who knows of no mark. */
async function useAnew(world: CacheWorld, onFirst: string, onSecond: string): Promise<CacheProcess> {
  loseHead(world, 0)
  const user = new CacheProcess(world)
  await compose(user, onFirst, onSecond)
  expect(await user.get(onFirst)).toBe("made of old")
  return user
}

async function expectNothingOld(processes: readonly CacheProcess[], ...keys: string[]): Promise<void> {
  for (const { cache } of processes) {
    expect(cache.hasPending).toBe(false)
    for (const key of keys) expect(await lookUp(cache, key)).toBeNull()
  }
}

describe("a mark that is lost with its head", () => {
  it.each([0, 1, 2])(
    "voids what is on the server of the new head, also when another clear marks the same server there, %d polls later",
    async (polls) => {
      const { world, onFirst, onSecond } = await used()
      const clearer = new CacheProcess(world)
      await clearer.cache.connect()
      clearer.servers[1]?.enter("down")
      expect(await clearer.clear("t")).toMatchObject({ status: "pending" })
      const user = await useAnew(world, onFirst, onSecond)
      await world.runtime.advance(600 * polls)
      expect(await clearer.clear("other")).toMatchObject({ status: "pending" })

      clearer.servers[1]?.enter("ready")
      await world.runtime.advance(20_000)
      await expectNothingOld([user, clearer], onFirst, onSecond)
    }
  )

  it("voids what is there, too, when another process has marked the same server, and the clear arrives only then", async () => {
    const { world, onFirst, onSecond } = await used()
    const clearer = new CacheProcess(world)
    await clearer.cache.connect()
    const second = clearer.servers[1]
    if (!second) throw new Error("there are two")
    // It is frozen, for this process only.
    second.script = (command) => (command.op === "set" ? "unreachable" : undefined)
    second.held = true
    const cleared = clearer.clear("t")
    await world.runtime.advance(3_100)
    expect(await cleared).toMatchObject({ status: "pending" })
    const user = await useAnew(world, onFirst, onSecond)
    const other = new CacheProcess(world)
    await other.cache.connect()
    other.servers[1]?.enter("down")
    await other.clear("other")

    second.script = () => undefined
    second.held = false
    second.release()
    await world.runtime.advance(5_000)
    other.servers[1]?.enter("ready")
    await world.runtime.advance(10_000)
    await expectNothingOld([user, clearer], onFirst, onSecond)
  })

  it("voids what is on its server, too, when that head was unborn", async () => {
    const world = new CacheWorld(3)
    const user = new CacheProcess(world)
    const [onSecond, onThird] = [keyOn(user, 1), keyOn(user, 2)]
    await user.load(onThird, "old", { tags: ["t"] })
    await user.get(onSecond)
    // The third server is away, and the second one has no head and gets none.
    loseHead(world, 1)
    const clearer = new CacheProcess(world)
    clearer.servers[2]?.enter("down")
    expect(await clearer.clear("t")).toMatchObject({ status: "pending" })
    expect(headOf(world, 1)).toMatchObject({ epoch: 0, open: [{}] })
    loseHead(world, 1)
    user.servers[0]?.enter("down")
    await compose(user, onSecond, onThird)
    expect(await user.get(onSecond)).toBe("made of old")
    await user.cache.close()
    const other = new CacheProcess(world)
    other.servers[2]?.enter("down")
    await other.clear("other")
    expect(headOf(world, 1)?.members).toContainEqual({ name: nameOf(2), mark: expect.any(Number) as number })

    await world.runtime.advance(2_500)
    for (const { servers } of [clearer, other]) servers[2]?.enter("ready")
    await world.runtime.advance(20_000)
    await expectNothingOld([clearer, other, new CacheProcess(world)], onSecond, onThird)
  })

  it("is not lost when an epoch begins in the unborn head that it was left in, whoever has left it there", async () => {
    const world = new CacheWorld(3)
    const user = new CacheProcess(world)
    const onSecond = keyOn(user, 1)
    for (const at of [0, 1, 2]) await user.get(keyOn(user, at))
    loseHead(world, 1)
    const clearers = [new CacheProcess(world), new CacheProcess(world)]
    for (const { servers } of [user, ...clearers]) servers[2]?.enter("down")
    for (const clearer of [...clearers, ...clearers]) expect((await clearer.clear("t")).status).toBe("pending")
    expect(headOf(world, 1)).toMatchObject({ epoch: 0 })

    await user.load(onSecond, "kept")
    expect(await user.get(onSecond)).toBe("kept")
    await world.runtime.advance(2_500)
    for (const { servers } of [user, ...clearers]) servers[2]?.enter("ready")
    await world.runtime.advance(20_000)
    for (const { cache } of [user, ...clearers]) {
      expect(cache.hasPending).toBe(false)
      expect(await lookUp(cache, onSecond)).toBe("kept")
    }
  })

  it("is still known when the marked server, which only others had, comes into the list", async () => {
    const { world, onSecond } = await used()
    const [first, away] = [connectionTo(world, 0), connectionTo(world, 1)]
    const cache = cacheWith(world, { servers: [first], reach: () => away })
    await cache.connect()
    await world.runtime.advance(2_500)
    away.enter("down")
    expect(await cache.clear({ tags: ["t"] })).toMatchObject({ status: "pending" })
    loseHead(world, 0)
    await lookUp(cache, "anything")
    expect(cache.hasPending).toBe(true)

    cache.replaceServers([first, connectionTo(world, 1)])
    for (let second = 0; second < 10; second++) {
      expect(await lookUp(cache, onSecond)).not.toBe("old")
      await world.runtime.advance(1_000)
    }
    expect(cache.hasPending).toBe(false)
    await cache.close()
  })

  it("is still known when the server of the lost head, which only others had, comes into the list", async () => {
    const { world, onFirst, onSecond } = await used()
    const [first, second] = [connectionTo(world, 0), connectionTo(world, 1)]
    const cache = cacheWith(world, { servers: [second], reach: () => first })
    await cache.connect()
    await world.runtime.advance(2_500)
    // The clear reaches only the server of the others.
    second.enter("down")
    expect(await cache.clear({ tags: ["t"] })).toMatchObject({ status: "pending" })
    const user = await useAnew(world, onFirst, onSecond)
    const other = new CacheProcess(world)
    await other.cache.connect()
    other.servers[1]?.enter("down")
    await other.clear("other")

    cache.replaceServers([connectionTo(world, 0), second])
    second.enter("ready")
    other.servers[1]?.enter("ready")
    await world.runtime.advance(20_000)
    await expectNothingOld([user], onFirst, onSecond)
    expect(cache.hasPending).toBe(false)
    expect(await lookUp(cache, onFirst)).toBeNull()
    await cache.close()
  })

  it("is forgotten with its server, once everything is cleared that may be made of what was there", async () => {
    const { world, onFirst, onSecond } = await used()
    const [first, away] = [connectionTo(world, 0), connectionTo(world, 1)]
    const cache = cacheWith(world, { servers: [first], reach: () => away })
    await cache.connect()
    await world.runtime.advance(2_500)
    away.enter("down")
    expect(await cache.clear({ tags: ["t"] })).toMatchObject({ status: "pending" })
    const user = await useAnew(world, onFirst, onSecond)
    await lookUp(cache, onFirst)
    expect(await cache.forgetServer(away.id)).toBe("forgotten")
    await user.cache.close()
    await world.runtime.advance(5_000)
    expect(cache.hasPending).toBe(false)
    expect(await lookUp(cache, onFirst)).toBeNull()
    await cache.close()
  })
})
