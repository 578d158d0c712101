import { setTimeout as delay } from "node:timers/promises"
import type { Ending, FaultProxy } from "../../testing/fault-proxy"
import { type MemcachedProcess, startMemcached } from "../../testing/memcached"
import { RunningClock, runningTimeOf } from "../../testing/running-time"
import type { Reply } from "../../src/cache/memcached/server"
import type { ServerOptions } from "../../src/cache/memcached/server-options"
import { closeAll, get, openClient, openProxy, reaches, read, set } from "../../testing/clients"
import { until } from "../../testing/eventually"
import { FakeServer, frame, hit } from "../../testing/fake-server"
import { type FakeTextAnswer, FakeTextServer, opaqueOf } from "../../testing/fake-text-server"

const TIMEOUT_MS = 300

/** Nothing can be mistaken for it: no two places of it look alike. */
const LARGE = Buffer.from(Array.from({ length: 60_000 }, (_, index) => index.toString(36).padStart(5, "-")).join(""))

let memcached: MemcachedProcess
let proxy: FaultProxy

beforeAll(async () => {
  memcached = await startMemcached()
})
beforeEach(async () => {
  proxy = await openProxy(memcached.port)
})
afterEach(async () => {
  await closeAll()
})
afterAll(() => memcached.kill())

function isRight(reply: Reply, expected: Buffer): boolean {
  return reply.status === "ok" ? reply.value?.equals(expected) === true : reply.status === "unreachable"
}

const WIRE = {
  binary: {
    hit: (opaque: number, value: string) => hit({ opcode: 0, opaque, key: "" }, value),
    garbage: Buffer.from("SERVER_ERROR out of memory writing response\r\n"),
  },
  meta: {
    hit: (opaque: number, value: string) => Buffer.from(`VA ${value.length} f0 c1 O${opaque}\r\n${value}\r\n`),
    garbage: Buffer.from([0x81, 0x00]),
  },
} as const

describe.each(["binary", "meta"] as const)("in the %s protocol", (protocol) => {
  /** A client whose connection is used, with "large" and "small" in the cache. */
  async function connectedClient(options: Partial<ServerOptions> = {}): Promise<ReturnType<typeof openClient>> {
    const client = openClient(proxy.port, { protocol, ...options })
    await Promise.all([set(client, "large", LARGE), set(client, "small", "small"), set(client, "other", "other")])
    await until(() => client.itemSizeMaxBytes > 0, "settings")
    await client.stats()
    return client
  }

  describe.each<Ending>(["FIN", "RST"])("a connection that ends with %s", (ending) => {
    it("inside a large value fails that get and never yields wrong bytes; the client goes on", async () => {
      const client = await connectedClient()
      for (const afterResponseBytes of [1, 23, 24, 27, 28, 10_000, LARGE.length - 1]) {
        proxy.inject({ cut: { afterResponseBytes, with: ending } })
        const replies = await Promise.all([get(client, "large"), get(client, "small"), get(client, "other")])
        expect(replies.map(({ status }) => status)).toEqual(["unreachable", "unreachable", "unreachable"])
        await reaches(client, "ready")
        expect(await read(client, "other")).toBe("other")
        expect(await read(client, "small")).toBe("small")
        expect((await get(client, "large")).value?.equals(LARGE)).toBe(true)
      }
    })

    it("settles what is outstanding at once", async () => {
      const client = await connectedClient()
      proxy.inject({ dropResponses: true })
      const replies = Promise.all(Array.from({ length: 50 }, () => get(client, "small")))
      await delay(30)
      const duration = runningTimeOf(replies)
      proxy.endConnections(ending)
      expect(await duration).toBeLessThan(TIMEOUT_MS)
      expect(
        (await replies).every(({ status, error }) => status === "unreachable" && error?.code === "unreachable")
      ).toBe(true)
    })

    it("lets new commands wait for the new connection, also those from within a failed callback", async () => {
      const client = await connectedClient()
      proxy.inject({ dropResponses: true })
      const second = new Promise<string>((resolve) => {
        client.submit({ op: "get", key: "small" }, () => {
          proxy.heal()
          void read(client, "small").then(resolve)
        })
      })
      await delay(30)
      proxy.endConnections(ending)
      expect(await second).toBe("small")
    })
  })

  describe("a stall inside a large value", () => {
    it("fails that get in time and never yields wrong bytes; the client goes on", async () => {
      const client = await connectedClient({ timeoutMs: 1_000 })
      proxy.inject({ stallAfterResponseBytes: 10_000 })
      const stalled = Promise.all([get(client, "large"), get(client, "small")])
      expect(await runningTimeOf(stalled)).toBeLessThan(1_000 + 1_000)
      const replies = await stalled
      expect(replies.map(({ status }) => status)).toEqual(["unreachable", "unreachable"])
      proxy.heal()
      await reaches(client, "ready")
      expect(await read(client, "small")).toBe("small")
      expect((await get(client, "large")).value?.equals(LARGE)).toBe(true)
    })
  })

  describe("bytes that belong to nothing", () => {
    it.each([
      ["garbage", { garbage: WIRE[protocol].garbage }],
      ["zeros", { garbage: Buffer.alloc(1000) }],
      ["a response twice", { duplicateResponses: true }],
    ])("end the connection: %s", async (_name, faults) => {
      const client = await connectedClient()
      const { connections } = proxy
      proxy.inject(faults)
      const replies = await Promise.all([get(client, "small"), get(client, "small"), get(client, "other")])
      expect(isRight(replies[0], Buffer.from("small"))).toBe(true)
      expect(isRight(replies[1], Buffer.from("small"))).toBe(true)
      expect(isRight(replies[2], Buffer.from("other"))).toBe(true)
      proxy.heal()
      await until(() => proxy.connections > connections, "another connection")
      await reaches(client, "ready")
      expect(await read(client, "small")).toBe("small")
    })

    it("end the connection when nothing was asked", async () => {
      const client = await connectedClient()
      const { connections } = proxy
      proxy.sendToClients(WIRE[protocol].hit(1, "unsolicited"))
      await until(() => proxy.connections > connections, "another connection")
      expect(await read(client, "small")).toBe("small")
    })
  })

  describe("an answer that somebody has forged", () => {
    it("cannot be forged by what a value contains", async () => {
      const client = await connectedClient()
      // Guesses of every opaque that a client may use next, as answers inside of a value.
      const forged = Array.from({ length: 2_000 }, (_, opaque) => WIRE[protocol].hit(opaque, "FORGED"))
      await set(client, "evil", Buffer.concat(forged))
      for (let afterResponseBytes = 28; afterResponseBytes < 5_000; afterResponseBytes += 30 * 34) {
        proxy.inject({ cut: { afterResponseBytes, with: "RST" } })
        expect((await get(client, "evil")).status).toBe("unreachable")
        await reaches(client, "ready")
        expect(await read(client, "small")).toBe("small")
      }
    })
  })

  describe("a slow but working network", () => {
    it("that delivers a value in small pieces is no failure", async () => {
      const client = await connectedClient()
      proxy.inject({ trickle: { bytes: LARGE.length / 10, everyMs: 10 } })
      expect((await get(client, "large")).value?.equals(LARGE)).toBe(true)
    })

    it("that delivers headers in pieces is no failure", async () => {
      const client = await connectedClient()
      proxy.inject({ trickle: { bytes: 5, everyMs: 1 } })
      const replies = await Promise.all([read(client, "small"), read(client, "other"), read(client, "missing")])
      expect(replies).toEqual(["small", "other", "missing"])
    })
  })

  describe("under a storm of faults", () => {
    it("every command is answered once, in time, and with its own value or none", async () => {
      const client = openClient(proxy.port, { protocol, timeoutMs: TIMEOUT_MS })
      const values = new Map(Array.from({ length: 20 }, (_, key) => [`key:${key}`, `${key}`.repeat(200 + key * 700)]))
      await Promise.all([...values].map(([key, value]) => set(client, key, value)))
      const faults = [
        () => proxy.inject({ cut: { afterResponseBytes: 5_000, with: "RST" } }),
        () => proxy.inject({ cut: { afterResponseBytes: 20_000, with: "FIN" } }),
        () => proxy.inject({ stallAfterResponseBytes: 7_000 }),
        () => proxy.inject({ duplicateResponses: true }),
        () => proxy.inject({ garbage: Buffer.alloc(50, 0x81) }),
        () => proxy.inject({ responseDelayMs: 50 }),
        () => proxy.inject({ dropRequests: true }),
      ]
      let [asked, answered, right, wrong, slowest] = [0, 0, 0, 0, 0]
      const clock = new RunningClock()
      const ask = (key: string, value: string): void => {
        asked++
        const start = clock.now()
        client.submit({ op: "get", key }, (reply) => {
          answered++
          slowest = Math.max(slowest, clock.now() - start)
          if (reply.status === "ok") {
            if (reply.value?.toString() === value) right++
            else wrong++
          }
        })
      }
      const end = performance.now() + 3_000
      for (let round = 0; performance.now() < end; round++) {
        if (round % 10 === 0) {
          proxy.heal()
          if (round % 20 === 0) faults[(round / 20) % faults.length]?.()
        }
        for (const [key, value] of values) {
          ask(key, value)
        }
        await delay(5)
      }
      proxy.heal()
      await until(() => answered >= asked, "all answers")
      await delay(50)
      clock.stop()
      expect(answered).toBe(asked)
      expect(wrong).toBe(0)
      expect(right).toBeGreaterThan(asked / 10)
      expect(slowest).toBeLessThan(TIMEOUT_MS + 1_000)
    })
  })
})

describe("answers in the binary protocol that are meant for somebody else", () => {
  it("are no answers: the opaque must be that of the request", async () => {
    const held: Buffer[] = []
    const server = await FakeServer.start((request) => {
      if (request.opcode !== 0) {
        return undefined
      }
      // Answers in the wrong order.
      held.push(hit(request, `value of ${request.key}`))
      return held.length === 2 ? Buffer.concat(held.splice(0).reverse()) : undefined
    })
    try {
      const client = openClient(server.port)
      expect(await Promise.all([read(client, "a"), read(client, "b")])).toEqual(["unreachable", "unreachable"])
    } finally {
      server.stop()
    }
  })

  it("are no answers: the opcode must be that of the request", async () => {
    const server = await FakeServer.start((request) =>
      request.opcode === 0 ? frame({ ...request, opcode: 1 }) : undefined
    )
    try {
      expect(await read(openClient(server.port), "a")).toBe("unreachable")
    } finally {
      server.stop()
    }
  })

  it("are not listened to on a connection that was given up", async () => {
    const late: { send: () => void }[] = []
    let isSlow = true
    const server = await FakeServer.start((request, socket) => {
      if (request.opcode !== 0) {
        return undefined
      }
      if (isSlow) {
        late.push({ send: () => socket.write(hit(request, "late")) })
        return undefined
      }
      return hit(request, "current")
    })
    try {
      const client = openClient(server.port, { timeoutMs: TIMEOUT_MS })
      const replies: string[] = []
      const failed = read(client, "a").then((reply) => replies.push(reply))
      await failed
      isSlow = false
      await reaches(client, "ready")
      const next = read(client, "a")
      late.forEach(({ send }) => send())
      const current = await next
      await delay(20)
      expect(replies).toEqual(["unreachable"])
      expect(current).toBe("current")
    } finally {
      server.stop()
    }
  })
})

describe("answers in the meta protocol that are meant for somebody else", () => {
  async function readFrom(answer: FakeTextAnswer, keys: readonly string[]): Promise<string[]> {
    const server = await FakeTextServer.start(answer)
    try {
      const client = openClient(server.port, { protocol: "meta" })
      return await Promise.all(keys.map((key) => read(client, key)))
    } finally {
      server.stop()
    }
  }

  it("are no answers: the opaque must be that of the request", async () => {
    const held: string[] = []
    const inWrongOrder: FakeTextAnswer = (line) => {
      if (!line.startsWith("mg")) return undefined
      held.push(`VA 1 f0 c1 ${opaqueOf(line)}\r\nx\r\n`)
      return held.length === 2 ? held.splice(0).reverse().join("") : undefined
    }
    expect(await readFrom(inWrongOrder, ["a", "b"])).toEqual(["unreachable", "unreachable"])
  })

  it("are no answers: they must be of the kind that the command has", async () => {
    const stored: FakeTextAnswer = (line) => (line.startsWith("mg") ? `HD c1 ${opaqueOf(line)}\r\n` : undefined)
    expect(await readFrom(stored, ["a"])).toEqual(["unreachable"])
  })

  it("yield no value of another key, when one too many is an error, which names no request", async () => {
    let errors = 0
    const erring: FakeTextAnswer = (line) => {
      if (!line.startsWith("mg")) return undefined
      const hit = `VA 1 f0 c1 ${opaqueOf(line)}\r\n${line[3]}\r\n`
      return errors++ === 0 ? `SERVER_ERROR out of memory writing response\r\n${hit}` : hit
    }
    expect(await readFrom(erring, ["a", "b", "c"])).toEqual(["server_error", "unreachable", "unreachable"])
  })
})
