import { setTimeout as delay } from "node:timers/promises"
import { Client } from "memjs"
import type { FaultProxy } from "../../testing/fault-proxy"
import { type MemcachedProcess, startMemcached } from "../../testing/memcached"
import { FakeTextServer, handshakeAnswer, opaqueOf } from "../../testing/fake-text-server"
import { FakeServer, hit } from "../../testing/fake-server"
import { OPCODE } from "../../src/cache/memcached/protocol"
import { diagnose } from "../../src/cache/memcached/diagnosis"
import { closeAll, get, openClient, openProxy, reaches, read, set } from "../../testing/clients"
import { until } from "../../testing/eventually"

let memcached: MemcachedProcess
let proxy: FaultProxy

beforeAll(async () => {
  memcached = await startMemcached()
})
beforeEach(async () => {
  proxy = await openProxy(memcached.port)
})
afterEach(closeAll)
afterAll(() => memcached.kill())

describe("the protocol", () => {
  it.each(["binary", "meta"] as const)("is the one that was chosen: %s", async (protocol) => {
    const client = openClient(proxy.port, { protocol })
    expect(client.protocol).toBeUndefined()
    await set(client, "key", "value")
    expect(client.protocol).toBe(protocol)
  })

  it("is meta where the server understands it, with a password as well", async () => {
    const [open, locked] = [openClient(proxy.port), openClient(proxy.port, { username: "shop", password: "secret" })]
    await Promise.all([get(open, "key"), get(locked, "key")])
    expect([open.protocol, locked.protocol]).toEqual(["meta", "meta"])
    expect(proxy.connections).toBe(2)
  })

  it.each(["close", "error"] as const)(
    "is binary where the server refuses text (%s), from the first command on",
    async (by) => {
      proxy.inject({ refuse: { protocol: "meta", by } })
      const client = openClient(proxy.port)
      expect((await set(client, "key", "value")).status).toBe("ok")
      expect(await read(client, "key")).toBe("value")
      expect(client.protocol).toBe("binary")
      expect(proxy.connections).toBe(2)
      await expect(diagnose({ host: "127.0.0.1", port: proxy.port })).resolves.toBeUndefined()
    }
  )

  it("is binary for a memcached that is older than today's meta commands", async () => {
    const server = await FakeServer.start(
      (request) => (request.opcode === OPCODE.get ? hit(request, "old") : undefined),
      "VERSION 1.5.22\r\n".repeat(3)
    )
    try {
      const client = openClient(server.port)
      expect([await read(client, "key"), client.protocol]).toEqual(["old", "binary"])
    } finally {
      server.stop()
    }
  })

  it("is found out anew with each connection, meta first", async () => {
    proxy.inject({ refuse: { protocol: "meta", by: "close" } })
    const client = openClient(proxy.port)
    await get(client, "key")
    proxy.heal()
    proxy.endConnections("RST")
    await until(() => client.protocol === "meta", "the meta protocol")
    expect(proxy.connections).toBe(3)
  })

  it("is not turned to by a server that says nothing, as when it is frozen", async () => {
    memcached.freeze()
    const client = openClient(proxy.port, { timeoutMs: 400, connectTimeoutMs: 200 })
    await get(client, "key")
    await until(() => proxy.connections > 1, "the first probe")
    memcached.thaw()
    await reaches(client, "ready")
    expect(client.protocol).toBe("meta")
  })

  it("is the other one as soon as the server no longer speaks it", async () => {
    const client = openClient(proxy.port)
    await get(client, "key")
    proxy.inject({ refuse: { protocol: "meta", by: "close" } })
    proxy.endConnections("RST")
    await until(() => client.protocol === "binary", "the binary protocol")
    expect(await read(client, "none")).toBe("missing")
  })

  it("is binary where the server speaks nothing else, at once", async () => {
    const server = await startMemcached({ args: ["-B", "binary"] })
    try {
      const client = openClient(server.port, { connectTimeoutMs: 60_000, timeoutMs: 5_000 })
      expect((await set(client, "key", "value")).status).toBe("ok")
      expect(client.protocol).toBe("binary")
    } finally {
      await server.kill()
    }
  })

  it("is tried in both forms before the first command fails, and again by the probes", async () => {
    proxy.inject({ refuse: { protocol: "meta", by: "close" }, garbage: Buffer.from("ERROR\r\n") })
    const client = openClient(proxy.port)
    expect((await get(client, "key")).status).toBe("unreachable")
    await reaches(client, "ready")
    expect(await read(client, "none")).toBe("missing")
  })
})

describe("a server that speaks text only, and is no memcached 1.6.10", () => {
  async function explain(version: string, protocol: "auto" | "meta" | "binary", noop?: string): Promise<string> {
    const server = await FakeTextServer.start((line) => {
      if (line === "mn" && noop !== undefined) return noop
      // What the binary handshake is as text.
      return handshakeAnswer(line, version) ?? "ERROR\r\n"
    })
    try {
      const options = { host: "127.0.0.1", port: server.port, protocol, connectTimeoutMs: 400 }
      const error = await diagnose(options)
      return error ? `${error.code}: ${error.message}` : "fine"
    } finally {
      server.stop()
    }
  }

  it.each(["1.6.9", "1.6.0", "1.4.39", "1.5.22-rc1"])("is refused by its version %s", async (version) => {
    const found = await explain(version, "meta")
    expect(found).toContain(
      `is memcached ${version}. The meta protocol needs memcached 1.6.10 or later. Set the option`
    )
    expect(await explain(version, "auto")).toContain("Update it to memcached 1.6.10 or later")
  })

  it("is told by its version in text that can be printed, and that ends", async () => {
    const found = await explain(`1.6.9 \u001b[31m${"x".repeat(2_000)}`, "auto")
    expect(found).toContain("is memcached 1.6.9")
    expect(found).not.toContain("\u001b")
    expect(found.length).toBeLessThan(300)
  })

  it.each(["1.6.10", "1.10.0", "2.0.0", "unknown"])(
    "is believed with the version %s, if it knows mn",
    async (version) => {
      expect(await explain(version, "auto")).toBe("fine")
      const found = await explain(version, "auto", "ERROR\r\n")
      expect(found).toMatch(/^foreign_protocol: .*does not speak Memcached's meta protocol\. Update it/)
    }
  )

  it("is told from one whose binary protocol was wanted", async () => {
    expect(await explain("1.6.38", "binary")).toMatch(
      /does not speak Memcached's binary protocol\. Set the option protocol/
    )
  })
})

describe("a command of memjs that has no form in the meta protocol", () => {
  it("is refused, and harms nobody else", async () => {
    const server = openClient(memcached.port, { protocol: "meta" })
    const client = new Client([server], { retries: 1, logger: { log: () => undefined } })
    await Promise.all([
      expect(client.touch("key", 60)).rejects.toThrow('Set the option protocol to "binary"'),
      expect(server.stats("a\r\nflush_all")).rejects.toThrow("meta protocol"),
      expect(read(server, "none")).resolves.toBe("missing"),
    ])
    expect(server.state).toBe("ready")
  })
})

describe("a login", () => {
  it("that is refused for another reason than the password is said to be", async () => {
    const server = await FakeTextServer.start((line) =>
      line === "shop secret" ? "SERVER_ERROR out of memory storing object\r\n" : undefined
    )
    try {
      const credentials = { username: "shop", password: "secret", protocol: "meta", connectTimeoutMs: 400 } as const
      const error = await diagnose({ host: "127.0.0.1", port: server.port, ...credentials })
      expect(error?.message).not.toMatch(/password/)
      const { error: ofCommand } = await get(openClient(server.port, credentials), "key")
      expect(ofCommand?.message).toContain("refused the login: out of memory")
    } finally {
      server.stop()
    }
  })
})

describe("what is said of a server", () => {
  it("is no longer what another one said at its address", async () => {
    const server = await FakeTextServer.start(() => "-ERR unknown command\r\n")
    const client = openClient(server.port)
    expect((await get(client, "key")).error?.message).toContain("looks like Redis")
    server.stop()
    await until(() => client.downReason?.message.includes("nothing is listening") === true, "the new reason")
  })
})

describe("a service that answers no question for its settings", () => {
  it("is used nevertheless, with memcached's default of the item size", async () => {
    const server = await FakeTextServer.start((line) => {
      if (line.startsWith("stats")) return "ERROR\r\n"
      return line.startsWith("mg") ? `EN ${opaqueOf(line)}\r\n` : undefined
    })
    try {
      const client = openClient(server.port, { protocol: "meta" })
      expect(await read(client, "key")).toBe("missing")
      await expect(client.stats()).rejects.toMatchObject({ code: "server_error" })
      expect(await read(client, "key")).toBe("missing")
      expect([client.state, client.itemSizeMaxBytes]).toEqual(["ready", 1024 * 1024])
      expect(server.received.filter((line) => line === "mn")).toHaveLength(1)
    } finally {
      server.stop()
    }
  })
})

describe("connections that end over the question for the settings", () => {
  const ITEM_SIZE_BYTES = 8 * 1024 * 1024
  let server: FakeTextServer
  let isBroken: boolean

  const asked = (): number => server.received.filter((line) => line === "stats settings").length

  beforeEach(async () => {
    isBroken = true
    server = await FakeTextServer.start((line, socket) => {
      if (line.startsWith("mg")) return `EN ${opaqueOf(line)}\r\n`
      if (line !== "stats settings") return undefined
      if (isBroken) socket.destroy()
      return `STAT item_size_max ${ITEM_SIZE_BYTES}\r\nEND\r\n`
    })
  })
  afterEach(() => server.stop())

  it("may have ended for another reason: the item size is learned from one that lasts", async () => {
    const client = openClient(server.port, { protocol: "meta" })
    await get(client, "key")
    await until(() => asked() === 5, "five questions")
    isBroken = false
    await until(() => client.itemSizeMaxBytes === ITEM_SIZE_BYTES, "the item size")
  })

  it("are no more when it was the question: it is asked a last time on one that has lasted", async () => {
    const client = openClient(server.port, { protocol: "meta" })
    await get(client, "key")
    await until(() => asked() === 6, "the last question")
    await delay(2_000)
    expect(asked()).toBe(6)
    expect(await read(client, "key")).toBe("missing")
    expect(client.itemSizeMaxBytes).toBe(1024 * 1024)
  })
})

describe.each(["binary", "meta"] as const)("what a hit costs in the %s protocol", (protocol) => {
  it.each([1, 16])("is one write and one read for %d lookups in a tick", async (count) => {
    const client = openClient(proxy.port, { protocol })
    const keys = Array.from({ length: count }, (_, i) => `counted:${i}`)
    await Promise.all(keys.map((key) => set(client, key, "value")))
    await client.stats()
    proxy.resetCounters()
    const before = client.traffic.roundTrips
    expect(await Promise.all(keys.map((key) => read(client, key)))).toEqual(keys.map(() => "value"))
    expect(client.traffic.roundTrips - before).toBe(1)
    expect([proxy.requestChunks, proxy.responseChunks]).toEqual([1, 1])
    expect(proxy.requests).toBe(count)
  })
})
