import { CacheProcess, CacheWorld } from "../../../../testing/cache-process"
import { settle } from "../../../../testing/manual-runtime"
import { cacheWith, connectionTo, headOf, keyOn, lookUp, nameOf } from "./several-servers"

/** Two servers, of which the second has something that a clear names later, and a head that lists the first. */
async function usedByTwo({ withClear = false } = {}): Promise<{ world: CacheWorld; onSecond: string }> {
  const world = new CacheWorld(2)
  const both = new CacheProcess(world)
  const onSecond = keyOn(both, 1)
  await both.cache.connect()
  await both.load(onSecond, "old", { tags: ["t"] })
  expect(await both.get(onSecond)).toBe("old")
  if (withClear) await both.clear("other")
  await both.cache.close()
  return { world, onSecond }
}

/** Looks up for some seconds. */
async function found(world: CacheWorld, look: () => Promise<unknown>): Promise<unknown[]> {
  const all: unknown[] = []
  for (let second = 0; second < 10; second++) {
    all.push(await look())
    await world.runtime.advance(1_000)
  }
  return all
}

describe("a server that is added to a list of one", () => {
  it.each([false, true])(
    "counts as one that has missed clears if the first does not list it (cleared before: %s)",
    async (withClear) => {
      const { world, onSecond } = await usedByTwo({ withClear })
      const first = connectionTo(world, 0)
      const cache = cacheWith(world, { servers: [first] })
      await cache.connect()
      await cache.forgetServer(nameOf(1))
      expect(await cache.clear({ tags: ["t"] })).toEqual({ status: "applied" })
      await lookUp(cache, "anything")

      cache.replaceServers([first, connectionTo(world, 1)])
      expect(await found(world, () => lookUp(cache, onSecond))).not.toContain("old")
      await cache.close()
    }
  )

  it("counts as one that has missed clears, too, if it was in the list before and is still connected", async () => {
    const { world, onSecond } = await usedByTwo()
    const [first, second] = [connectionTo(world, 0), connectionTo(world, 1)]
    const cache = cacheWith(world, { servers: [first, second] })
    await cache.connect()
    await lookUp(cache, onSecond)
    cache.replaceServers([first])
    // Another process forgets it, and clears what is on it no more.
    const other = cacheWith(world, {
      servers: [connectionTo(world, 0)],
      reach: (id) => connectionTo(world, id === nameOf(1) ? 1 : 0),
    })
    await other.connect()
    expect(await other.forgetServer(nameOf(1))).toBe("forgotten")
    expect(await other.clear({ tags: ["t"] })).toEqual({ status: "applied" })
    await lookUp(cache, "anything")

    cache.replaceServers([first, second])
    expect(await found(world, () => lookUp(cache, onSecond))).not.toContain("old")
    await cache.close()
    await other.close()
  })

  it("is not served from as it was before somebody has cleared it, when the head that did not list it is read late", async () => {
    const { world, onSecond } = await usedByTwo()
    const cleared = cacheWith(world, { servers: [connectionTo(world, 0)] })
    await cleared.connect()
    await cleared.forgetServer(nameOf(1))
    expect(await cleared.clear({ tags: ["t"] })).toEqual({ status: "applied" })
    await cleared.close()

    const first = connectionTo(world, 0)
    const cache = cacheWith(world, { servers: [first, connectionTo(world, 1)] })
    // What is asked there is on its way.
    const submit = first.submit.bind(first)
    const sent: (() => void)[] = []
    first.submit = (command, done) => void sent.push(() => submit(command, done))
    const found = lookUp(cache, onSecond)
    await settle()
    const other = cacheWith(world, { servers: [connectionTo(world, 0), connectionTo(world, 1)] })
    await other.connect()
    await settle()
    expect(headOf(world, 0)?.members).toEqual([{ name: nameOf(1), mark: 0 }])
    first.submit = submit
    for (const arrive of sent) arrive()
    expect(await found).toBeNull()
    await cache.close()
    await other.close()
  })
})
