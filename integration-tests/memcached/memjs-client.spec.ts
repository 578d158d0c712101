import { setTimeout as delay } from "node:timers/promises"
import { Client } from "memjs"

import { type MemcachedProcess, startMemcached } from "../../testing/memcached"
import { ColdClient } from "../../src/cache/memcached/cold-client"
import { closeAll, openClient, openProxy, read, set } from "../../testing/clients"
import { FakeServer, frame } from "../../testing/fake-server"

let memcached: MemcachedProcess

beforeAll(async () => {
  memcached = await startMemcached()
})
afterEach(closeAll)
afterAll(() => memcached.kill())

describe("memjs's client on a dependable server", () => {
  function memjsClient(port = memcached.port): Client {
    return new Client([openClient(port, { protocol: "binary", timeoutMs: 2_000 })], {
      retries: 1,
      logger: { log: () => undefined },
    })
  }

  it("keeps its own commands", async () => {
    const client = memjsClient()
    await expect(client.set("key", "value", { expires: 60 })).resolves.toBe(true)
    await expect(client.get("key")).resolves.toMatchObject({ value: Buffer.from("value") })
    await expect(client.add("key", "other")).resolves.toBe(false)
    await expect(client.replace("key", "10")).resolves.toBe(true)
    await expect(client.increment("key", 5)).resolves.toMatchObject({ value: 15 })
    await expect(client.touch("key", 60)).resolves.toBe(true)
    await expect(client.append("key", "!")).resolves.toBe(true)
    await expect(client.delete("key")).resolves.toBe(true)
    await expect(client.get("key")).resolves.toMatchObject({ value: null })
    await expect(client.flush()).resolves.toBeTruthy()
  })

  it("may use the same numbers as another client of the same server", async () => {
    const server = openClient(memcached.port, { protocol: "binary" })
    const [one, other] = [new Client([server], { retries: 1 }), new Client([server], { retries: 1 })]
    await Promise.all([one.set("one", "1"), other.set("other", "2")])
    const replies = await Promise.all([one.get("one"), other.get("other"), read(server, "one")])
    expect(replies).toMatchObject([{ value: Buffer.from("1") }, { value: Buffer.from("2") }, "1"])
  })

  it("gets values that stay as they are", async () => {
    const client = memjsClient()
    await client.set("kept", "kept")
    const { value } = await client.get("kept")
    for (let index = 0; index < 50; index++) await client.set("noise", Buffer.alloc(1000, index))
    expect(value?.toString()).toBe("kept")
  })

  it("refuses a key that would make the server close the connection", async () => {
    const server = openClient(memcached.port)
    const client = new Client([server], { retries: 1, logger: { log: () => undefined } })
    await set(server, "good", "value")
    const replies = await Promise.allSettled([client.get("x".repeat(251)), client.get(""), read(server, "good")])
    expect(replies.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"])
    expect(server.state).toBe("ready")
  })

  it("has a deadline, whatever the server does", async () => {
    const proxy = await openProxy(memcached.port)
    const client = memjsClient(proxy.port)
    await client.set("key", "value")
    proxy.inject({ dropResponses: true })
    await expect(client.get("key")).rejects.toMatchObject({ code: "unreachable" })
  })

  it("does not apply an increment twice when its answer is lost", async () => {
    const proxy = await openProxy(memcached.port)
    const server = openClient(proxy.port, { protocol: "binary" })
    const client = new ColdClient(server)
    await client.set("counter", "1")
    await server.stats()
    proxy.inject({ cut: { afterResponseBytes: 1, with: "RST" } })
    await expect(client.increment("counter", 1)).rejects.toMatchObject({ code: "unreachable" })
    expect((await read(server, "counter")).trim()).toBe("2")
  })

  it("wraps its sequence without a sign", () => {
    const client = new ColdClient(openClient(memcached.port))
    const sequence = client as { seq: number }
    sequence.seq = 2 ** 31 - 1
    client.incrSeq()
    expect(client.seq).toBe(2 ** 31)
    sequence.seq = 2 ** 32 - 1
    client.incrSeq()
    expect(client.seq).toBe(0)
  })

  it("leaves no command of a failed connection behind to be sent later", async () => {
    await memcached.kill()
    const client = memjsClient()
    await expect(client.set("stale", "stale")).rejects.toMatchObject({ code: "unreachable" })
    await memcached.restart()
    await delay(100)
    expect(await read(openClient(memcached.port), "stale")).toBe("missing")
  })
})

describe("statistics", () => {
  it("are those of the server, or of a group", async () => {
    const server = openClient(memcached.port)
    await expect(server.stats()).resolves.toMatchObject({ version: expect.stringMatching(/^1\./) as string })
    await expect(server.stats("settings")).resolves.toMatchObject({ item_size_max: "1048576" })
  })

  it("reject once for a group that does not exist, and harm nobody", async () => {
    const server = openClient(memcached.port)
    await expect(server.stats("nonsense")).rejects.toMatchObject({ code: "server_error" })
    expect(await read(server, "never-stored")).toBe("missing")
    expect(server.state).toBe("ready")
  })

  it("reject once when the refusal comes with an explanation", async () => {
    const fake = await FakeServer.start((request) =>
      request.opcode === 0x10 ? frame(request, { status: 0x81, value: Buffer.from("Unknown command") }) : undefined
    )
    try {
      const server = openClient(fake.port, { timeoutMs: 200 })
      await expect(server.stats()).rejects.toMatchObject({ code: "server_error" })
      await delay(300)
      expect(server.downReason).toBeUndefined()
    } finally {
      fake.stop()
    }
  })

  it("reject in time when the server hangs up over them", async () => {
    const proxy = await openProxy(memcached.port)
    const server = openClient(proxy.port)
    await set(server, "key", "value")
    await server.stats()
    proxy.inject({ cut: { afterResponseBytes: 100, with: "FIN" } })
    await expect(server.stats()).rejects.toMatchObject({ code: "unreachable" })
    expect(await read(server, "key")).toBe("value")
  })
})
