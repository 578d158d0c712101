import dns from "node:dns"
import { getDefaultAutoSelectFamily, setDefaultAutoSelectFamily } from "node:net"
import { setTimeout as delay } from "node:timers/promises"
import { closeAll, get, openClient, reaches, read } from "../../../../testing/clients"
import { until } from "../../../../testing/eventually"
import { FakeTextServer, opaqueOf } from "../../../../testing/fake-text-server"
import { runningTimeOf } from "../../../../testing/running-time"
import { KeySpace } from "../../keys"
import { systemRuntime } from "../../support/runtime"
import { Cluster } from "../cluster"
import { IdentityWatch } from "../identity-watch"
import { addressesOf } from "../name-lookup"

/** The questions that the name server has received, in order. */
let names: string[]
/** The addresses of names. Others are not known. */
let known: Record<string, readonly string[]>
let isHanging: boolean
let unanswered: (() => void)[]

const notFound = (): NodeJS.ErrnoException => Object.assign(new Error("no such name"), { code: "ENOTFOUND" })

const lookup = (name: string, { all }: dns.LookupOptions, done: (...found: unknown[]) => void): void => {
  names.push(name)
  const answer = (): void => {
    const [first, ...others] = known[name] ?? []
    if (first === undefined) done(notFound())
    else if (all) {
      done(
        null,
        [first, ...others].map((address) => ({ address, family: 4 }))
      )
    } else done(null, first, 4)
  }
  if (isHanging) unanswered.push(answer)
  else setImmediate(answer)
}

/** Answers what has been asked so far. */
const answerAll = (): void => unanswered.splice(0).forEach((answer) => answer())

const IMPATIENT = { timeoutMs: 50, connectTimeoutMs: 50 }

let memcached: FakeTextServer

beforeAll(async () => {
  memcached = await FakeTextServer.start((line) => (line.startsWith("mg") ? `EN ${opaqueOf(line)}\r\n` : undefined))
})
afterAll(() => memcached.stop())

beforeEach(() => {
  names = []
  known = { "cache.internal": ["127.0.0.1"] }
  isHanging = true
  unanswered = []
  jest.spyOn(dns, "lookup").mockImplementation(lookup as never)
})
afterEach(async () => {
  await closeAll()
  isHanging = false
  answerAll()
  await addressesOf("the.last.one") // its turn comes after all others
  jest.restoreAllMocks()
})

describe("the name of a server", () => {
  it.each([false, true])("is looked up once while no answer comes, however often it is tried: TLS %s", async (tls) => {
    const client = openClient(memcached.port, { host: "cache.internal", connectTimeoutMs: 50, tls })
    expect((await get(client, "key")).error?.message).toBe(`${client.id} did not complete a handshake within 50 ms`)
    await delay(1_000)
    expect(names).toEqual(["cache.internal"])
  })

  it("is not looked up while another one is, so that the process can look up names of its own", async () => {
    const clients = ["a.internal", "b.internal", "c.internal"].map((host) =>
      openClient(memcached.port, { host, ...IMPATIENT })
    )
    await Promise.all(clients.map((client) => get(client, "key")))
    void addressesOf("d.internal")
    await delay(500)
    expect(names).toEqual(["a.internal"])
  })

  it("is looked up when its turn comes, also after one that is not known", async () => {
    const [, client] = ["nowhere.internal", "cache.internal"].map((host) => {
      const opened = openClient(memcached.port, { host, timeoutMs: 50 })
      void get(opened, "key")
      return opened
    })
    isHanging = false
    answerAll()
    await until(() => client?.state === "ready", "the second server")
    expect(names.slice(0, 2)).toEqual(["nowhere.internal", "cache.internal"])
  })

  it("is answered to all who wait for it, and is looked up anew by those who come later", async () => {
    const clients = [1, 2].map(() => openClient(memcached.port, { host: "cache.internal" }))
    const replies = clients.map((client) => read(client, "key"))
    const addresses = addressesOf("cache.internal")
    answerAll()
    expect(await Promise.all(replies)).toEqual(["missing", "missing"])
    expect(await addresses).toEqual(["127.0.0.1"])
    expect(names).toHaveLength(1)
    void addressesOf("cache.internal")
    expect(names).toHaveLength(2)
  })

  it("is found by an attempt that began while the lookup took longer than an attempt may", async () => {
    const client = openClient(memcached.port, { host: "cache.internal", timeoutMs: 50, connectTimeoutMs: 300 })
    await get(client, "key")
    await delay(500)
    answerAll()
    await reaches(client, "ready")
    expect(names).toHaveLength(1)
  })

  it("does not keep a cache open that is closed while no answer comes", async () => {
    const server = openClient(memcached.port, { host: "cache.internal", ...IMPATIENT })
    const identity = { intervalMs: 60_000, suspendedIntervalMs: 10_000, cleanLooks: 3 }
    const parts = { cluster: new Cluster([server]), keys: new KeySpace("shop"), runtime: systemRuntime }
    const watch = new IdentityWatch({ ...parts, options: { identity } }, async () => undefined)
    void watch.look(server)
    expect(await runningTimeOf(Promise.all([watch.close(), server.close()]))).toBeLessThan(1_000)
  }, 10_000)

  it.each([true, false])("may have several addresses, when trying all of them is %s by default", async (tries) => {
    const usual = getDefaultAutoSelectFamily()
    setDefaultAutoSelectFamily(tries)
    try {
      // Nothing listens on the first one.
      known = { "cache.internal": tries ? ["127.0.0.9", "127.0.0.1"] : ["127.0.0.1", "127.0.0.9"] }
      isHanging = false
      expect(await read(openClient(memcached.port, { host: "cache.internal" }), "key")).toBe("missing")
    } finally {
      setDefaultAutoSelectFamily(usual)
    }
  })
})

describe("the address of a server", () => {
  it("is not looked up, and need not wait for names that are", async () => {
    void addressesOf("a.internal")
    expect(await read(openClient(memcached.port), "key")).toBe("missing")
    expect(await addressesOf("::1")).toEqual(["::1"])
    expect(names).toEqual(["a.internal"])
  })
})
