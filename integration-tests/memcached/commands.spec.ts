import type { FaultProxy } from "../../testing/fault-proxy"
import { type MemcachedProcess, startMemcached } from "../../testing/memcached"
import { systemRuntime } from "../../src/cache/support/runtime"
import { ask } from "../../src/cache/support/ask"
import { expirationOf } from "../../src/cache/codec/expiration"
import type { ServerOptions } from "../../src/cache/memcached/server-options"
import type { DependableServer } from "../../src/cache/memcached/dependable-server"
import type { Command, Reply } from "../../src/cache/memcached/server"
import { closeAll, get, openClient as openAnyClient, openProxy, read, reaches, set } from "../../testing/clients"
import { until } from "../../testing/eventually"

/** Another one than memcached's default. */
const ITEM_SIZE_BYTES = 1536 * 1024
const LARGE = Buffer.alloc(1_000_000, "0123456789")

afterEach(closeAll)

function store(op: "set" | "add", key: string, value = "value", expiration = 0): Command {
  return { op, key, value: Buffer.from(value), flags: 0, expiration }
}

describe.each(["binary", "meta"] as const)("in the %s protocol", (protocol) => {
  let memcached: MemcachedProcess

  beforeAll(async () => {
    memcached = await startMemcached({ args: ["-I", `${ITEM_SIZE_BYTES / 1024}k`] })
  })
  afterAll(() => memcached.kill())

  const openClient = (port: number, options: Partial<ServerOptions> = {}): DependableServer =>
    openAnyClient(port, { protocol, ...options })

  describe("commands", () => {
    it("sets and gets, with flags", async () => {
      const client = openClient(memcached.port)
      const flags = 0xfedcba98
      await expect(ask(client, { ...store("set", "flags", "välue"), flags } as Command)).resolves.toMatchObject({
        status: "ok",
      })
      const reply = await get(client, "flags")
      expect(reply).toMatchObject({ status: "ok", flags, value: Buffer.from("välue") })
    })

    it("tells an empty value from a missing item", async () => {
      const client = openClient(memcached.port)
      await set(client, "empty", "")
      expect(await get(client, "empty")).toMatchObject({ status: "ok", value: Buffer.alloc(0) })
      expect((await get(client, "missing")).status).toBe("missing")
    })

    it("gets the state of an item, which changes with each store, without its value", async () => {
      const client = openClient(memcached.port)
      await set(client, "state", LARGE)
      const whole = await get(client, "state")
      const state = await ask(client, { op: "get", key: "state", maxBytes: 0 })
      expect(state).toMatchObject({ status: "ok", value: Buffer.alloc(0) })
      expect([whole.cas?.unique, whole.cas?.connection]).toEqual([state.cas?.unique, state.cas?.connection])

      await set(client, "state", LARGE)
      const after = await ask(client, { op: "get", key: "state", maxBytes: 0 })
      expect(after.cas?.unique).not.toBe(state.cas?.unique)
      expect((await ask(client, { op: "get", key: "missing", maxBytes: 0 })).status).toBe("missing")
      expect((await get(client, "state")).value?.equals(LARGE)).toBe(true)
    })

    it("reads an item that is larger than wanted as one without bytes and flags", async () => {
      const client = openClient(memcached.port)
      await ask(client, { ...store("set", "larger", "0123456789"), flags: 7 } as Command)
      const reply = await ask(client, { op: "get", key: "larger", maxBytes: 9 })
      expect(reply).toMatchObject({ status: "ok", flags: 0, value: Buffer.alloc(0) })
    })

    it.each([1, 10, 20, 100])("keeps what is to be kept for %i years", async (years) => {
      const client = openClient(memcached.port)
      const expiration = expirationOf(years * 365 * 86_400, Date.now(), 0)?.wire ?? 0
      await ask(client, { ...store("set", "kept", "for long"), expiration } as Command)
      expect(await read(client, "kept")).toBe("for long")
    })

    it("adds only what is not there", async () => {
      const client = openClient(memcached.port)
      expect((await ask(client, store("add", "added", "first"))).status).toBe("ok")
      expect((await ask(client, store("add", "added", "second"))).status).toBe("exists")
      expect(await read(client, "added")).toBe("first")
    })

    it("deletes", async () => {
      const client = openClient(memcached.port)
      await set(client, "deleted", "value")
      expect((await ask(client, { op: "delete", key: "deleted" })).status).toBe("ok")
      expect((await ask(client, { op: "delete", key: "deleted" })).status).toBe("missing")
    })

    it("answers an append to a missing item instead of failing it", async () => {
      const client = openClient(memcached.port)
      const append: Command = { op: "append", key: "appended", value: Buffer.from("+") }
      expect((await ask(client, append)).status).toBe("not_stored")
      await set(client, "appended", "1")
      expect((await ask(client, append)).status).toBe("ok")
      expect(await read(client, "appended")).toBe("1+")
    })

    it("sends expirations as they are", async () => {
      const client = openClient(memcached.port)
      await ask(client, store("set", "expired", "value", Math.floor(Date.now() / 1000) - 1))
      expect(await read(client, "expired")).toBe("missing")
    })

    it("says that a value is too large, and goes on", async () => {
      const client = openClient(memcached.port)
      const [large, small] = await Promise.all([
        set(client, "large", Buffer.alloc(2_000_000)),
        set(client, "small", "1"),
      ])
      expect(large.status).toBe("too_large")
      expect(small.status).toBe("ok")
    })

    it("carries large values", async () => {
      const client = openClient(memcached.port)
      expect((await set(client, "large", LARGE)).status).toBe("ok")
      const replies = await Promise.all(Array.from({ length: 20 }, () => get(client, "large")))
      expect(replies.every((reply) => reply.value?.equals(LARGE))).toBe(true)
    })

    it("carries out the commands of one server in order", async () => {
      const client = openClient(memcached.port)
      const replies = await Promise.all([
        set(client, "order", "1"),
        read(client, "order"),
        set(client, "order", "2"),
        read(client, "order"),
        ask(client, { op: "delete", key: "order" }),
        read(client, "order"),
      ])
      expect(replies.filter((reply) => typeof reply === "string")).toEqual(["1", "2", "missing"])
    })

    it("answers later than the call, in every state", async () => {
      const client = openClient(memcached.port)
      let called = false
      const submit = (key: string): void => {
        called = false
        client.submit({ op: "get", key }, () => (called = true))
        expect(called).toBe(false)
      }
      submit("idle")
      submit("connecting")
      submit("invalid key")
      await reaches(client, "ready")
      submit("ready")
      await client.close()
      submit("closed")
      await until(() => called, "the answer")
    })

    it("learns how large an item may be", async () => {
      const generous = await startMemcached({ args: ["-I", "4m"] })
      try {
        const client = openClient(generous.port)
        expect(client.itemSizeMaxBytes).toBe(1024 * 1024)
        await get(client, "any")
        await until(() => client.itemSizeMaxBytes === 4 * 1024 * 1024, "the item size")
      } finally {
        await generous.kill()
      }
    })

    it("reaches IPv6 addresses", async () => {
      const v6 = await startMemcached({ host: "::1" })
      try {
        const client = openClient(v6.port, { host: "::1" })
        expect(client.id).toBe(`[::1]:${v6.port}`)
        expect((await set(client, "key", "value")).status).toBe("ok")
      } finally {
        await v6.kill()
      }
    })
  })

  describe("compare-and-swap", () => {
    it("stores only over the item that was read", async () => {
      const client = openClient(memcached.port)
      await set(client, "cas", "1")
      const { cas } = await get(client, "cas")
      const swapped = await ask(client, { ...store("set", "cas", "2"), cas } as Command)
      expect(swapped.status).toBe("ok")
      expect((await ask(client, { ...store("set", "cas", "3"), cas } as Command)).status).toBe("exists")
      expect((await ask(client, { ...store("set", "cas", "4"), cas: swapped.cas } as Command)).status).toBe("ok")
      expect(await read(client, "cas")).toBe("4")
    })

    it("says so when there is no item any more", async () => {
      const client = openClient(memcached.port)
      const { cas } = await ask(client, store("add", "cas-gone"))
      await ask(client, { op: "delete", key: "cas-gone" })
      expect((await ask(client, { ...store("set", "cas-gone"), cas } as Command)).status).toBe("missing")
    })

    it("lets exactly one of many win", async () => {
      const clients = [openClient(memcached.port), openClient(memcached.port), openClient(memcached.port)]
      await Promise.all(clients.map((client) => set(client, "race", "0")))
      const seen = await Promise.all(clients.map((client) => get(client, "race")))
      const attempts = clients.map((client, i) =>
        ask(client, { ...store("set", "race", "1"), cas: seen[i]?.cas } as Command)
      )
      const statuses = (await Promise.all(attempts)).map(({ status }) => status)
      expect(statuses.sort()).toEqual(["exists", "exists", "ok"])
    })

    it("does not trust a token of an earlier connection: a restarted server counts from one again", async () => {
      const restarting = await startMemcached()
      try {
        const client = openClient(restarting.port)
        const before = await ask(client, store("add", "head", "before"))
        await restarting.restart()
        await until(() => client.state === "ready", "the new connection")
        const after = await ask(client, store("add", "head", "after"))
        expect(after.cas?.unique).toBe(before.cas?.unique)
        expect((await ask(client, { ...store("set", "head", "lost"), cas: before.cas } as Command)).status).toBe(
          "exists"
        )
        expect(await read(client, "head")).toBe("after")
      } finally {
        await restarting.kill()
      }
    })

    it("gives no token when the server keeps none: sent back, 0 would overwrite unconditionally", async () => {
      const withoutCas = await startMemcached({ args: ["-C"] })
      try {
        const client = openClient(withoutCas.port)
        expect(await set(client, "key", "value")).toEqual({ status: "ok" })
        expect((await get(client, "key")).cas).toBeUndefined()
      } finally {
        await withoutCas.kill()
      }
    })
  })

  describe("keys that must not be sent", () => {
    it.each(["", "x".repeat(251), "ü".repeat(126), "a b", "a\nb"])("refuses %p and harms nobody else", async (key) => {
      const client = openClient(memcached.port)
      await set(client, "good", "value")
      const before = get(client, "good")
      const refused = get(client, key)
      const after = get(client, "good")
      expect(await refused).toMatchObject({ status: "server_error", error: { code: "server_error" } })
      expect([(await before).status, (await after).status]).toEqual(["ok", "ok"])
      expect(client.state).toBe("ready")
    })
  })

  describe("what travels", () => {
    let proxy: FaultProxy

    beforeEach(async () => {
      proxy = await openProxy(memcached.port)
    })

    it("is one write for the commands of a tick", async () => {
      const client = openClient(proxy.port)
      await get(client, "any")
      // Until the question for the item size has been answered.
      await until(() => client.itemSizeMaxBytes === ITEM_SIZE_BYTES, "the item size")
      proxy.resetCounters()
      const before = client.traffic.roundTrips
      await Promise.all(Array.from({ length: 50 }, (_, index) => get(client, `key:${index}`)))
      expect(client.traffic.roundTrips - before).toBe(1)
      expect(proxy.requestChunks).toBe(1)
    })

    it("goes on when the opaque wraps at 2^32", async () => {
      const nearTheEnd = { ...systemRuntime, random: () => 1 - 8 / 2 ** 32 }
      const client = openClient(proxy.port, { runtime: nearTheEnd })
      await set(client, "key", "value")
      const replies = await Promise.all(Array.from({ length: 100 }, () => read(client, "key")))
      expect(replies).toEqual(Array(100).fill("value"))
      expect(proxy.connections).toBe(1)
    })

    it("is refused when too much is waiting already", async () => {
      const client = openClient(proxy.port, { outstandingMaxBytes: 1024 * 1024, timeoutMs: 300 })
      await get(client, "any")
      proxy.blackhole()
      const replies = await Promise.all(Array.from({ length: 20 }, () => set(client, "key", Buffer.alloc(100_000))))
      const messages = replies.map(({ error }) => error?.message ?? "")
      expect(replies.every(({ status }) => status === "unreachable")).toBe(true)
      expect(messages.filter((message) => message.includes("too slow"))).toHaveLength(9)
      expect(messages.filter((message) => message.includes("did not answer"))).toHaveLength(11)
    })
  })

  describe("a callback that throws", () => {
    it("is reported and disturbs nobody", async () => {
      const warn = jest.spyOn(process, "emitWarning").mockImplementation()
      try {
        const client = openClient(memcached.port)
        await set(client, "key", "value")
        const throwing = (message: string) => (): never => {
          throw new Error(message)
        }
        const before = read(client, "key")
        client.submit({ op: "get", key: "key" }, throwing("a reply"))
        client.submit({ op: "get", key: "" }, throwing("a refusal"))
        const after = read(client, "key")
        expect(await Promise.all([before, after])).toEqual(["value", "value"])
        client.onStateChange(throwing("a state"))
        await client.close()
        const messages = warn.mock.calls.map(([message]) => String(message))
        expect(messages.sort()).toEqual(["a refusal", "a reply", "a state"])
      } finally {
        warn.mockRestore()
      }
    })
  })

  describe("the value of a reply", () => {
    it("may be used until the callback returns", async () => {
      const client = openClient(memcached.port)
      await set(client, "a", "first")
      await set(client, "b", "second")
      const values: string[] = []
      const done = ({ value }: Reply): unknown => values.push(value?.toString() ?? "")
      client.submit({ op: "get", key: "a" }, done)
      client.submit({ op: "get", key: "b" }, done)
      await get(client, "a")
      expect(values).toEqual(["first", "second"])
    })
  })
})
