import { setTimeout as delay } from "node:timers/promises"
import { ask } from "../../support/ask"
import { diagnose } from "../diagnosis"
import type { Command } from "../server"
import { closeAll, get, openClient, read } from "../../../../testing/clients"
import { until } from "../../../../testing/eventually"
import {
  announcement,
  type FakeAnswer,
  type FakeRequest,
  FakeServer,
  frame,
  hit,
} from "../../../../testing/fake-server"

const OPCODE = { get: 0x00, set: 0x01, add: 0x02, delete: 0x04, noop: 0x0a, version: 0x0b, append: 0x0e, stat: 0x10 }
const SASL_AUTH = 0x21

const MEBIBYTE = 1024 * 1024

const fakes: FakeServer[] = []

afterEach(async () => {
  await closeAll()
  for (const fake of fakes.splice(0)) fake.stop()
})

async function start(answer: FakeAnswer): Promise<FakeServer> {
  const fake = await FakeServer.start(answer)
  fakes.push(fake)
  return fake
}

/** Answers one kind of request with this, and the handshake as it should. */
const lyingAbout =
  (opcode: number, answer: (request: FakeRequest) => Buffer): FakeAnswer =>
  (request) =>
    request.opcode === opcode ? answer(request) : undefined

const STRAY = /sent a response that belongs to no command/

describe("a response that is larger than any to its request", () => {
  const cases: { name: string; opcode: number; options?: object }[] = [
    { name: "VERSION", opcode: OPCODE.version },
    { name: "NOOP", opcode: OPCODE.noop },
    { name: "a password", opcode: SASL_AUTH, options: { username: "shop", password: "secret" } },
  ]
  it.each(cases)("ends the handshake at its header: $name", async ({ opcode, options }) => {
    const { port } = await start(lyingAbout(opcode, (request) => announcement(request, 64 * 1024)))
    const error = await diagnose({ host: "127.0.0.1", port, connectTimeoutMs: 5_000, ...options })

    expect(error?.message).toMatch(STRAY)
  })

  const value = Buffer.from("value")
  const commands: Command[] = [
    { op: "set", key: "key", value, flags: 0, expiration: 0 },
    { op: "add", key: "key", value, flags: 0, expiration: 0 },
    { op: "append", key: "key", value },
    { op: "delete", key: "key" },
  ]
  it.each(commands)("ends the connection at its header: $op", async (command) => {
    const { port } = await start(lyingAbout(OPCODE[command.op], (request) => announcement(request, 64 * 1024)))
    const { status, error } = await ask(openClient(port), command)

    expect(status).toBe("unreachable")
    expect(error?.message).toMatch(STRAY)
  })

  it.each([0x01, 0x81, 0x82, 0x84])("ends the connection at its header: a get with status %d", async (status) => {
    const { port } = await start(lyingAbout(OPCODE.get, (request) => announcement(request, 64 * 1024, status)))

    expect((await get(openClient(port), "key")).error?.message).toMatch(STRAY)
  })

  it("ends the connection at its header: one of the statistics", async () => {
    const { port } = await start(lyingAbout(OPCODE.stat, (request) => announcement(request, 64 * 1024)))

    await expect(openClient(port).stats()).rejects.toThrow(STRAY)
  })
})

/** A line of statistics, as memcached sends it. */
function statistic(request: FakeRequest, name: string, text: string): Buffer {
  const response = frame(request, { value: Buffer.from(name + text) })
  response.writeUInt16BE(name.length, 2)
  return response
}

describe("statistics", () => {
  it.each([
    ["that never end", (request: FakeRequest) => statistic(request, "name", "1".repeat(100))],
    ["without a name and a value that never end", (request: FakeRequest) => statistic(request, "n", "")],
  ])("end the connection long before they would fill the memory: %s", async (_name, line) => {
    let sentBytes = 0
    const fake = await start((request, socket) => {
      if (request.opcode !== OPCODE.stat) return undefined
      const lines = Buffer.concat(Array.from({ length: 1_000 }, () => line(request)))
      const more = (): void => {
        if (socket.destroyed) return
        sentBytes += lines.length
        socket.write(lines, () => setImmediate(more))
      }
      more()
      return Buffer.alloc(0)
    })
    await expect(openClient(fake.port).stats()).rejects.toThrow(STRAY)

    // What the sockets' buffers take is sent before the end of the connection is seen.
    expect(sentBytes).toBeLessThan(32 * MEBIBYTE)
  })

  it("end with the first that is empty; a million more of them end the connection", async () => {
    const fake = await start((request) => {
      if (request.opcode !== OPCODE.stat) return undefined
      const end = frame(request)
      return Buffer.concat([statistic(request, "uptime", "1"), ...Array.from({ length: 1_000_000 }, () => end)])
    })
    const client = openClient(fake.port)

    await expect(client.stats()).resolves.toEqual({ uptime: "1" })
    await until(() => fake.sockets.length > 1, "another connection")
  })

  it("cannot make the largest item larger than what is worth reading", async () => {
    const { port } = await start(
      lyingAbout(OPCODE.stat, (request) =>
        Buffer.concat([statistic(request, "item_size_max", "1000000000000000"), frame(request)])
      )
    )
    const client = openClient(port)
    await client.stats()
    await client.stats()

    expect(client.itemSizeMaxBytes).toBeLessThanOrEqual(64 * MEBIBYTE)
  })
})

describe("an item that is announced and never sent", () => {
  it("takes no memory, on sixteen connections at once", async () => {
    const { port } = await start(lyingAbout(OPCODE.get, (request) => announcement(request, 64 * MEBIBYTE)))
    const clients = Array.from({ length: 16 }, () => openClient(port, { timeoutMs: 2_000 }))
    await Promise.all(clients.map((client) => client.stats()))
    const before = process.memoryUsage().arrayBuffers
    const replies = clients.map((client) => get(client, "key"))
    await delay(200)
    const heldBytes = process.memoryUsage().arrayBuffers - before
    await closeAll()

    expect(heldBytes).toBeLessThan(64 * MEBIBYTE)
    expect((await Promise.all(replies)).every(({ status }) => status === "unreachable")).toBe(true)
  })
})

describe("an item that is too large to be worth reading", () => {
  it("reads as empty, and its bytes are dropped as they come", async () => {
    const size = 65 * MEBIBYTE
    const { port } = await start((request, socket) => {
      if (request.opcode !== OPCODE.get) return undefined
      if (request.key === "small") return hit(request, "small")
      socket.write(announcement(request, size))
      for (let sent = MEBIBYTE; sent < size; sent += MEBIBYTE) socket.write(Buffer.alloc(MEBIBYTE, 0x81))
      return Buffer.alloc(MEBIBYTE, 0x81)
    })
    const client = openClient(port, { timeoutMs: 60_000 })
    const allocate = jest.spyOn(Buffer, "allocUnsafe")
    try {
      const [huge, small] = await Promise.all([get(client, "huge"), read(client, "small")])

      expect({ status: huge.status, sizeBytes: huge.value?.length, flags: huge.flags, small }).toEqual({
        status: "ok",
        sizeBytes: 0,
        flags: 0,
        small: "small",
      })
      expect(Math.max(0, ...allocate.mock.calls.map(([sizeBytes]) => sizeBytes))).toBeLessThan(MEBIBYTE)
    } finally {
      allocate.mockRestore()
    }
  })

  it("is so for the caller who says how much it would read", async () => {
    const { port } = await start(lyingAbout(OPCODE.get, (request) => hit(request, "0123456789")))
    const client = openClient(port)
    const command = { op: "get", key: "key" } as const

    expect((await ask(client, { ...command, maxBytes: 10 })).value?.toString()).toBe("0123456789")
    const tooLarge = await ask(client, { ...command, maxBytes: 9 })
    expect({ bytes: tooLarge.value?.length, flags: tooLarge.flags }).toEqual({ bytes: 0, flags: 0 })
    expect(client.state).toBe("ready")
  })
})

describe("an item of some size", () => {
  it("arrives whole, however much of it was waited for", async () => {
    const text = Array.from({ length: 1_500_000 }, (_, i) => i.toString(36).padStart(5, "-")).join("")
    const { port } = await start(lyingAbout(OPCODE.get, (request) => hit(request, text)))

    expect((await read(openClient(port), "key")) === text).toBe(true)
  })
})
