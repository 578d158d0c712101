import { setTimeout as delay } from "node:timers/promises"
import { type MemcachedProcess, memcachedHas, startMemcached } from "../../testing/memcached"
import { SaslDatabase } from "../../testing/sasl-database"
import { diagnose } from "../../src/cache/memcached/diagnosis"
import { runningTimeOf } from "../../testing/running-time"
import { closeAll, get, openClient, openProxy, reaches, read, set } from "../../testing/clients"
import { FakeServer, frame } from "../../testing/fake-server"
import { FakeTextServer } from "../../testing/fake-text-server"

const USERNAME = "shop"
/** What a URL could not carry. */
const PASSWORD = "p:a@ss/wörd"

const SASL_AUTH = 0x21
const SET = 0x01

afterEach(closeAll)

const describeWithSasl = memcachedHas("sasl") && SaslDatabase.isAvailable() ? describe : describe.skip

describeWithSasl("memcached -S", () => {
  let database: SaslDatabase
  let memcached: MemcachedProcess

  beforeAll(async () => {
    database = new SaslDatabase()
    database.setPassword(USERNAME, PASSWORD)
    memcached = await startMemcached({ args: ["-S"], env: database.env })
  })
  afterAll(async () => {
    await memcached.kill()
    database.remove()
  })

  it("lets in who knows the password, whatever characters it has", async () => {
    const client = openClient(memcached.port, { username: USERNAME, password: PASSWORD })
    expect((await set(client, "key", "value")).status).toBe("ok")
    expect(await read(client, "key")).toBe("value")
    await expect(client.diagnose()).resolves.toBeUndefined()
  })

  it.each([
    ["a wrong password", { username: USERNAME, password: "wrong" }, "refused the user name or password"],
    ["a wrong user", { username: "nobody", password: PASSWORD }, "refused the user name or password"],
    ["no credentials", {}, "requires a user name and password"],
  ])("refuses %s, and the error says so without saying the password", async (_name, credentials, message) => {
    const client = openClient(memcached.port, credentials)
    const asked = get(client, "key")
    // At once, and not when the handshake in the other protocol has come to nothing.
    expect(await runningTimeOf(asked)).toBeLessThan(5_000)
    const { status, error } = await asked
    expect({ status, code: error?.code }).toEqual({ status: "unreachable", code: "authentication_failed" })
    expect(error?.message).toContain(message)
    expect(error?.message).not.toContain(PASSWORD)
    expect(client.state).toBe("down")
    expect((await client.diagnose())?.code).toBe("authentication_failed")
  })

  it("sends nothing later of what was refused, also when the password becomes right", async () => {
    const proxy = await openProxy(memcached.port)
    const late = "changed later"
    const client = openClient(proxy.port, { username: USERNAME, password: late })
    const replies = await Promise.all(Array.from({ length: 12 }, (_, index) => set(client, `stale:${index}`, "stale")))
    expect(replies.every(({ status }) => status === "unreachable")).toBe(true)
    database.setPassword(USERNAME, late)
    try {
      await reaches(client, "ready")
      await client.stats()
      expect(proxy.requestsByOpcode.get(SET)).toBeUndefined()
      expect(await read(client, "stale:0")).toBe("missing")
    } finally {
      database.setPassword(USERNAME, PASSWORD)
    }
  })
})

describe("authentication", () => {
  it("is skipped by a server that has none", async () => {
    const memcached = await startMemcached()
    try {
      const client = openClient(memcached.port, { username: USERNAME, password: PASSWORD })
      expect((await set(client, "key", "value")).status).toBe("ok")
    } finally {
      await memcached.kill()
    }
  })

  it("sends nothing before it has succeeded", async () => {
    const server = await FakeServer.start((request) =>
      request.opcode === SASL_AUTH ? frame(request, { status: 0x20 }) : undefined
    )
    try {
      const client = openClient(server.port, { username: USERNAME, password: PASSWORD, protocol: "binary" })
      expect((await set(client, "key", "value")).error?.code).toBe("authentication_failed")
      await delay(300)
      expect(new Set(server.received.map(({ opcode }) => opcode))).toEqual(new Set([SASL_AUTH]))
    } finally {
      server.stop()
    }
  })

  it("sends nothing before it has succeeded in the meta protocol, either", async () => {
    const server = await FakeTextServer.start((line) =>
      line === `${USERNAME} secret` ? "CLIENT_ERROR authentication failure\r\n" : undefined
    )
    try {
      const client = openClient(server.port, { username: USERNAME, password: "secret", protocol: "meta" })
      expect((await get(client, "key")).error?.code).toBe("authentication_failed")
      await delay(300)
      expect(new Set(server.received.map((line) => line.split(" ")[0]))).toEqual(new Set(["set", USERNAME]))
    } finally {
      server.stop()
    }
  })

  it("that is never answered ends with the time-out", async () => {
    const server = await FakeServer.start((request) => (request.opcode === SASL_AUTH ? Buffer.alloc(0) : undefined))
    try {
      const options = { username: USERNAME, password: PASSWORD, timeoutMs: 200, connectTimeoutMs: 300 }
      expect((await get(openClient(server.port, options), "key")).status).toBe("unreachable")
      expect((await diagnose({ host: "127.0.0.1", port: server.port, ...options }))?.code).toBe("unreachable")
    } finally {
      server.stop()
    }
  })

  it("may be taken back: a command that is refused for it opens the circuit", async () => {
    const server = await FakeServer.start((request) =>
      request.opcode === 0 ? frame(request, { status: 0x20 }) : undefined
    )
    try {
      const client = openClient(server.port)
      const { status, error } = await get(client, "key")
      expect({ status, code: error?.code }).toEqual({ status: "unreachable", code: "authentication_failed" })
    } finally {
      server.stop()
    }
  })
})
