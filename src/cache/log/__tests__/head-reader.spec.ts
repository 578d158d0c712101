import { encodeHead, type Head } from "../head"
import { LogProcess, LogWorld } from "./log-process"
import { ownItem } from "../../../../testing/stored-items"

const isAdd = (command: { op: string }): boolean => command.op === "add"

function storeHead(world: LogWorld, value: Buffer): void {
  world.memcached.execute(ownItem(world.keys.head(), value))
}

describe("a head that is not there", () => {
  it("is created once for all lookups of a process that miss it, and never expires", async () => {
    const world = new LogWorld()
    const reader = new LogProcess(world)
    const readings = await Promise.all([reader.read(), reader.read(), reader.read()])

    expect(reader.server.sentOf("add")).toEqual([expect.objectContaining({ expiration: 0 })])
    for (const reading of readings) expect(reading?.head).toEqual(world.head)
    expect(world.head).toMatchObject({ version: 0, members: [], open: [], tail: [] })
  })

  it("is created by one of several processes, and the others use that", async () => {
    const world = new LogWorld()
    const processes = [new LogProcess(world), new LogProcess(world), new LogProcess(world)]
    const readings = await Promise.all(processes.map((each) => each.read()))

    expect(processes.flatMap((each) => each.server.sentOf("add"))).toHaveLength(3)
    expect(new Set(readings.map((reading) => reading?.head.epoch))).toEqual(new Set([world.head?.epoch]))
  })

  it("does not come back with an old epoch when a proxy repeats what created it", async () => {
    const world = new LogWorld()
    const reader = new LogProcess(world)
    const before = (await reader.read())?.head.epoch
    world.memcached.evict(world.keys.head())
    for (const command of reader.server.sent) {
      world.memcached.execute(command, command.op === "set" ? command.cas?.unique : undefined)
    }

    expect((await new LogProcess(world).read())?.head.epoch).not.toBe(before)
  })

  it("gets another epoch each time", async () => {
    const world = new LogWorld()
    const reader = new LogProcess(world)
    const before = (await reader.read())?.head.epoch
    world.memcached.evict(world.keys.head())

    expect((await reader.read())?.head.epoch).not.toBe(before)
  })

  it("is told to take more than one request, at once", async () => {
    const reader = new LogProcess(new LogWorld())
    const order: string[] = []
    await new Promise<void>((resolve) =>
      reader.heads.read(
        () => {
          order.push("read")
          resolve()
        },
        () => order.push("waits")
      )
    )

    expect(order).toEqual(["waits", "read"])
  })

  it("that cannot be created, or whose answer is lost, is none; the next lookup finds it", async () => {
    const world = new LogWorld()
    const reader = new LogProcess(world)
    reader.server.script = (command) => (isAdd(command) ? "unreachable" : undefined)
    expect(await reader.read()).toBeUndefined()

    reader.server.script = (command) => (isAdd(command) ? "lost" : undefined)
    expect(await reader.read()).toBeUndefined()
    expect((await reader.read())?.head).toEqual(world.head)
  })

  it("that is gone again when the race for it was lost, is none", async () => {
    const reader = new LogProcess(new LogWorld())
    reader.server.script = (command) => (isAdd(command) ? { status: "exists" } : undefined)

    expect(await reader.read()).toBeUndefined()
  })

  it("is not looked for while the server does not answer", async () => {
    const reader = new LogProcess(new LogWorld())
    reader.server.script = () => "unreachable"

    expect(await reader.read()).toBeUndefined()
    expect(reader.server.sent).toHaveLength(1)
  })
})

describe("a head that cannot be trusted", () => {
  it("is replaced by one of another epoch when it cannot be read", async () => {
    const world = new LogWorld()
    storeHead(world, Buffer.from("what somebody else left here"))
    const reader = new LogProcess(world)
    const reading = await reader.read()

    expect(reading?.head).toEqual(world.head)
    expect(reading?.head.version).toBe(0)
  })

  it("is replaced by one process only, when several find it", async () => {
    const world = new LogWorld()
    storeHead(world, Buffer.from("rubbish"))
    const processes = [new LogProcess(world), new LogProcess(world)]
    const readings = await Promise.all(processes.map((each) => each.read()))

    for (const reading of readings) expect(reading?.head).toEqual(world.head)
    expect((await processes[1]?.read())?.head).toEqual(world.head)
  })

  it("is replaced when it has fallen behind what this process has seen", async () => {
    const world = new LogWorld()
    const reader = new LogProcess(world)
    await reader.follow()
    await reader.clear(1)
    const old: Head | undefined = world.head
    await reader.clear(2)
    if (!old) throw new Error("no head")
    storeHead(world, encodeHead(old))
    const reading = await reader.read()

    expect(reading?.head.epoch).not.toBe(old.epoch)
    expect(world.head?.epoch).toBe(reading?.head.epoch)
  })

  it("is replaced when its epoch was over already, as on a server to which an address leads once more", async () => {
    const world = new LogWorld()
    const [reader, other] = [new LogProcess(world), new LogProcess(world)]
    await reader.follow()
    const old = world.head
    if (!old) throw new Error("there is a head")
    world.memcached.evict(world.keys.head())
    await other.clear(1)
    await reader.follow()
    storeHead(world, encodeHead(old))

    expect((await reader.read())?.head.epoch).not.toBe(old.epoch)
    expect((await other.read())?.head.epoch).not.toBe(old.epoch)
  })

  it("is replaced when it has fallen behind a head of which this process has not read the records yet", async () => {
    const world = new LogWorld()
    const [writer, reader] = [new LogProcess(world), new LogProcess(world)]
    await writer.follow()
    await writer.clear(1)
    await reader.follow()
    const old = world.head
    if (!old) throw new Error("there is a head")
    await writer.clear(2)
    await reader.read()
    storeHead(world, encodeHead(old))

    expect((await reader.read())?.head.epoch).not.toBe(old.epoch)
  })

  it("is never offered for a swap when it has fallen behind, also while it cannot be replaced", async () => {
    const world = new LogWorld()
    const reader = new LogProcess(world)
    await reader.follow()
    await reader.clear(1)
    const old: Head | undefined = world.head
    await reader.clear(2)
    if (!old) throw new Error("no head")
    storeHead(world, encodeHead(old))
    reader.server.script = (command) => (command.op === "set" ? { status: "server_error" } : undefined)

    expect(await reader.read()).toBeUndefined()
    expect(reader.heads.last?.head.version).not.toBe(old.version)
  })

  it("is replaced when it has fallen behind, also when another process was faster and has only written to it", async () => {
    const world = new LogWorld()
    const reader = new LogProcess(world)
    await reader.follow()
    await reader.clear(1)
    const old = world.head
    if (!old) throw new Error("there is a head")
    for (const hash of [2, 3, 4]) await reader.clear(hash)
    storeHead(world, encodeHead(old))
    let isFirst = true
    reader.server.script = (command) => {
      if (command.op !== "set" || !isFirst) return undefined
      isFirst = false
      const record = { id: 99, everything: false, explicit: [99], automatic: [] }
      storeHead(world, encodeHead({ ...old, version: old.version + 1, tail: [...old.tail, record] }))
      return undefined
    }

    expect((await reader.read())?.head.epoch).not.toBe(old.epoch)
    expect(isFirst).toBe(false)
  })

  it("is replaced when it has fallen behind, also when others have written to it as much as was lost", async () => {
    const world = new LogWorld()
    const [reader, other] = [new LogProcess(world), new LogProcess(world)]
    await reader.follow()
    await reader.clear(1)
    await other.follow()
    const old = world.head
    if (!old) throw new Error("there is a head")
    await reader.clear(2)
    storeHead(world, encodeHead(old))
    await other.clear(3)
    await other.clear(4)

    expect((await reader.read())?.head.epoch).not.toBe(old.epoch)
  })

  it("has no token, and so is none, on a server that keeps none", async () => {
    const world = new LogWorld()
    const reader = new LogProcess(world)
    await reader.read()
    const value = encodeHead({ epoch: 1, version: 0, members: [], open: [], tail: [] })
    reader.server.script = (command) => (command.op === "get" ? { status: "ok", value, flags: 0 } : undefined)

    expect(await reader.read()).toBeUndefined()
  })
})

describe("what was read last", () => {
  it("is the read version of write-throughs, and a head to try a swap on", async () => {
    const world = new LogWorld()
    const [reader, other] = [new LogProcess(world), new LogProcess(world)]
    expect(reader.heads.newest).toBeUndefined()
    await other.clear(1)
    await reader.read()

    expect(reader.heads.newest).toEqual({ epoch: world.head?.epoch, version: 1 })
    expect(reader.heads.last?.head).toEqual(world.head)
    reader.heads.forget()
    expect(reader.heads.last).toBeUndefined()
  })
})
