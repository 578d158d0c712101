import { settle } from "../../../../testing/manual-runtime"
import { encodeRecord } from "../record"
import { LogProcess, LogWorld, MAX_RECORD_HASHES } from "./log-process"
import { ownItem } from "../../../../testing/stored-items"

const BIG_CLEAR = [101, 102, 103, 104, 105, 106, 107, 108, 109]

/** A log, one who writes it and one who was there when it was empty. */
async function begin(): Promise<{ world: LogWorld; writer: LogProcess; reader: LogProcess }> {
  const world = new LogWorld()
  const [writer, reader] = [new LogProcess(world), new LogProcess(world)]
  await writer.follow()
  await reader.follow()
  reader.server.sent.length = 0
  return { world, writer, reader }
}

async function clearEach(writer: LogProcess, from: number, to: number): Promise<void> {
  for (let hash = from; hash <= to; hash++) await writer.clear(hash)
}

const spilled = (key: string): boolean => key.includes("~log:")
const body = (key: string): boolean => key.includes("~rec:")

describe("a process that follows the log", () => {
  it("asks for nothing but the head while the head tells all that is new", async () => {
    const { writer, reader } = await begin()
    await clearEach(writer, 1, 4)
    await reader.follow()

    expect(reader.server.sent).toHaveLength(1)
    expect(reader.tagVersions.version).toBe(4)
    expect(reader.tagVersions.horizon).toBe(0)
    expect(reader.serves(0, 4)).toBe(false)
    expect(reader.serves(0, 5)).toBe(true)
    expect(reader.serves(4, 4)).toBe(true)
  })

  it("fetches what has left the head, in one go", async () => {
    const { writer, reader } = await begin()
    await clearEach(writer, 1, 9)

    expect(await reader.follow()).toBe(true)
    expect(reader.server.sentOf("get", "~log:")).toHaveLength(5)
    expect(reader.tagVersions.horizon).toBe(0)
    for (let hash = 1; hash <= 9; hash++) expect(reader.serves(0, hash)).toBe(false)
    expect(reader.serves(0, 10)).toBe(true)
  })

  it("fetches what stands in an item of its own, in the head and behind it", async () => {
    const { writer, reader } = await begin()
    await writer.clear(...BIG_CLEAR)
    expect(await reader.follow()).toBe(true)
    expect(reader.server.sentOf("get", "~rec:")).toHaveLength(1)
    expect(reader.serves(0, 109)).toBe(false)

    await writer.clear(...BIG_CLEAR.map((hash) => hash + 100))
    await clearEach(writer, 1, 6)
    expect(await reader.follow()).toBe(true)
    expect(reader.serves(0, 209)).toBe(false)
    expect(reader.serves(0, 7)).toBe(true)
    expect(reader.tagVersions.horizon).toBe(0)
  })

  it("raises its horizon for a record that is gone, for one that is damaged, and for one of another version", async () => {
    const otherVersion = encodeRecord({ id: 1, everything: false, explicit: [99], automatic: [] })
    otherVersion[6] = 4
    for (const harm of ["evict" as const, Buffer.from("x"), otherVersion]) {
      const { world, writer, reader } = await begin()
      await clearEach(writer, 1, 9)
      const third = world.memcached.keys().find((key) => spilled(key) && key.endsWith(":3"))
      if (!third) throw new Error("the third record has not left the head")
      if (harm === "evict") world.memcached.evict(third)
      else world.memcached.execute(ownItem(third, harm))

      expect(await reader.follow()).toBe(true)
      expect(reader.tagVersions.horizon).toBe(3)
      expect(reader.serves(2, 99)).toBe(false)
      expect(reader.serves(3, 99)).toBe(true)
      expect(reader.serves(3, 9)).toBe(false)
    }
  })

  it("fetches no more large records than it can remember, the newest ones", async () => {
    const { writer, reader } = await begin()
    for (let version = 1; version <= 20; version++) {
      await writer.clear(...Array.from({ length: MAX_RECORD_HASHES }, (_, i) => version * MAX_RECORD_HASHES + i))
    }

    expect(await reader.follow()).toBe(true)
    expect(reader.server.sentOf("get", "~rec:").length).toBeLessThan(20)
    expect(reader.tagVersions.version).toBe(20)
    expect(reader.tagVersions.horizon).toBe(19)
    expect(reader.serves(19, 20 * MAX_RECORD_HASHES)).toBe(false)
    expect(reader.serves(19, 1)).toBe(true)
    expect(reader.serves(18, 1)).toBe(false)
  })

  it("raises its horizon for a body that is gone, or is itself a reference", async () => {
    for (const harm of ["evict", "reference"] as const) {
      const { world, writer, reader } = await begin()
      await writer.clear(...BIG_CLEAR)
      const key = world.memcached.keys().find(body)
      if (!key) throw new Error("no body")
      const value = encodeRecord({ id: 1, byReference: true })
      if (harm === "evict") world.memcached.evict(key)
      else world.memcached.execute(ownItem(key, value))

      expect(await reader.follow()).toBe(true)
      expect(reader.tagVersions.horizon).toBe(1)
    }
  })

  it("does not believe itself up to date while records cannot be fetched, and is when they can", async () => {
    const { writer, reader } = await begin()
    await clearEach(writer, 1, 9)
    reader.server.script = (command) => (spilled(command.key) ? "unreachable" : undefined)
    expect(await reader.follow()).toBe(false)
    expect(reader.tagVersions.version).toBe(0)

    reader.server.script = () => undefined
    expect(await reader.follow()).toBe(true)
    expect(reader.tagVersions.horizon).toBe(0)
  })

  it("does not believe itself up to date while a body cannot be fetched", async () => {
    const { writer, reader } = await begin()
    await writer.clear(...BIG_CLEAR)
    reader.server.script = (command) => (body(command.key) ? "unreachable" : undefined)

    expect(await reader.follow()).toBe(false)
    expect(reader.tagVersions.version).toBe(0)
  })

  it("fetches nothing when it is too far behind, and raises its horizon to what the head tells", async () => {
    const { writer, reader } = await begin()
    await clearEach(writer, 1, 40)

    expect(await reader.follow()).toBe(true)
    expect(reader.server.sent).toHaveLength(1)
    expect(reader.tagVersions.horizon).toBe(36)
    expect(reader.serves(36, 40)).toBe(false)
    expect(reader.serves(36, 1)).toBe(true)
  })

  it("knows as much as its backlog when it is new, and uses what others have stored since", async () => {
    const { world, writer } = await begin()
    await clearEach(writer, 1, 30)
    const newcomer = new LogProcess(world)

    expect(await newcomer.follow()).toBe(true)
    expect(newcomer.tagVersions.horizon).toBe(20)
    expect(newcomer.serves(20, 21)).toBe(false)
    expect(newcomer.serves(20, 99)).toBe(true)
    expect(newcomer.serves(19, 99)).toBe(false)
  })

  it("starts over with another epoch", async () => {
    const { world, writer, reader } = await begin()
    await clearEach(writer, 1, 3)
    await reader.follow()
    world.memcached.restart()
    await writer.clear(7)

    expect(await reader.follow()).toBe(true)
    expect(reader.tagVersions.epoch).toBe(world.head?.epoch)
    expect(reader.tagVersions.version).toBe(1)
    expect(reader.tagVersions.size).toBe(1)
  })

  it("fetches once for lookups that find the same gap together", async () => {
    const { writer, reader } = await begin()
    await clearEach(writer, 1, 9)
    const covered = await Promise.all([reader.follow(), reader.follow(), reader.follow()])

    expect(covered).toEqual([true, true, true])
    expect(reader.server.sentOf("get", "~log:")).toHaveLength(5)
  })

  it("serves a lookup of a newer head that came while it was fetching for an older one", async () => {
    const { writer, reader } = await begin()
    await clearEach(writer, 1, 9)
    const older = await reader.read()
    await clearEach(writer, 10, 18)
    const newer = await reader.read()
    if (!older || !newer) throw new Error("no head")
    reader.server.held = true
    const both = Promise.all([reader.catchUp.advance(older.head), reader.catchUp.advance(newer.head)])
    while (reader.tagVersions.version < 18) {
      reader.server.release()
      await settle()
    }

    expect(await both).toEqual([true, true])
    for (let hash = 1; hash <= 18; hash++) expect(reader.serves(0, hash)).toBe(false)
  })
})
