import { FlowClear } from "../flow-clear"
import { LogProcess, LogWorld } from "./log-process"

const [MENU, PRODUCT, OTHER] = [1, 2, 3] as const

/** A flow that has looked something up at the present version, and clears before it stores what it has loaded. */
async function flow(...explicit: number[]) {
  const world = new LogWorld()
  const process = new LogProcess(world)
  await process.clear(OTHER)
  await process.follow()
  const readVersion = { epoch: process.tagVersions.epoch ?? 0, version: process.tagVersions.version }
  const own = new FlowClear({ everything: false, explicit, automatic: [] })
  const clear = (): Promise<unknown> => process.log.append({ everything: false, explicit, automatic: [] }, own)
  const isCleared = (): boolean =>
    process.tagVersions.voids(readVersion, { hashes: [MENU, PRODUCT], autoInvalidate: true }, [own])
  return { world, process, own, clear, isCleared }
}

describe("a flow's own clear", () => {
  it("does not count against what it stores", async () => {
    const { clear, isCleared } = await flow(MENU)
    await clear()

    expect(isCleared()).toBe(false)
  })

  it("does not hide what others have cleared before it, after it, or of other names", async () => {
    for (const [name, isBefore] of [[MENU, true] as const, [MENU, false] as const, [PRODUCT, true] as const]) {
      const { process, clear, isCleared } = await flow(MENU)
      if (isBefore) await process.clear(name)
      await clear()
      if (!isBefore) await process.clear(name)

      expect(isCleared()).toBe(true)
    }
  })

  it("does not hide what others have cleared in the same record", async () => {
    const { process, clear, isCleared } = await flow(MENU)
    await Promise.all([clear(), process.clear(MENU)])

    expect(isCleared()).toBe(true)
  })

  it("counts while it is pending, since others may have cleared by then", async () => {
    const { process, clear, isCleared } = await flow(MENU)
    await process.clear(MENU)
    process.server.enter("down")
    void clear()

    expect(isCleared()).toBe(true)
  })

  it("says nothing about a clear at the same version of a later log", async () => {
    const { world, process, own, clear } = await flow(MENU)
    await clear()
    world.memcached.evict(world.keys.head())
    await process.follow()
    await process.clear(OTHER)
    await process.clear(MENU)

    const epoch = process.tagVersions.epoch ?? 0
    expect(own.effectIn(epoch)).toBeUndefined()
    const later = { epoch, version: 1 }
    expect(process.tagVersions.voids(later, { hashes: [MENU], autoInvalidate: true }, [own])).toBe(true)
  })
})
