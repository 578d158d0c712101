import { findFreePort } from "../../tools/services/free-port"
import { CacheError, DependableServer } from "../../src/cache"
import { reaches } from "../../testing/clients"
import { CollectingLogger } from "../../testing/collecting-logger"
import { eventually } from "../../testing/eventually"
import { loadThrough } from "../contract/load-through"
import { memcachedServers, openMemcachedProvider, PATIENT } from "../contract/memcached-subject"
import type { OpenInstance } from "../contract/subject"
import { Certificate } from "../../testing/certificate"
import { startMemcached, takeAllConnections } from "../../testing/memcached"
import { runningTimeOf } from "../../testing/running-time"
import {
  startBoastfulServer,
  startRefusingServer,
  startSilentServer,
  startTextServer,
  startTlsServer,
  type WrongServer,
} from "./wrong-servers"

jest.setTimeout(180_000)

const SECRET = "correct-horse-battery-staple"
const CREDENTIALS = { username: "shopkeeper", password: SECRET }

/** A boot waits for one lookup at most, which takes half a second when nothing answers. */
const BOOT_MS = 1_500

/** A diagnosis asks the server in several languages, each time at most the connection's time-out. */
const DIAGNOSIS_MS = 60_000

const openInstances: OpenInstance[] = []
const wrongServers: WrongServer[] = []

afterEach(async () => {
  await Promise.all(openInstances.splice(0).map((instance) => instance.close()))
  await Promise.all(wrongServers.splice(0).map((server) => server.close()))
})

async function boot(options: Record<string, unknown>) {
  const logger = new CollectingLogger()
  const opening = openMemcachedProvider(
    { cachePrefix: "connection-test", connectTimeoutMs: 400, clearTimeoutMs: 200, ...options },
    logger
  )
  const bootMs = await runningTimeOf(opening)
  const instance = await opening
  openInstances.push(instance)
  return { logger, cache: instance.cache, bootMs }
}

describe("a server that can be used", () => {
  it("is announced before and after the connection", async () => {
    const { logger } = await boot({ ...PATIENT, serverUrls: memcachedServers() })
    await eventually(
      () => logger.texts("info"),
      (texts) => texts.some((text) => text.includes("Successfully connected to Memcached")),
      30_000
    )

    expect(logger.texts("info")[0]).toContain("Connecting to Memcached")
    expect(logger.texts("warn")).toEqual([])
    expect(logger.texts("error")).toEqual([])
  })

  it("is announced when it comes while it is found out why it cannot be used", async () => {
    const diagnosis = jest.spyOn(DependableServer.prototype, "diagnose")
    diagnosis.mockImplementation(async function (this: DependableServer) {
      await reaches(this, "ready")
      return new CacheError("unreachable", "It was not there")
    })
    try {
      const { logger } = await boot({ ...PATIENT, serverUrls: memcachedServers() })
      await eventually(
        () => logger.texts("info"),
        (texts) => texts.some((text) => text.includes("Successfully connected to Memcached")),
        30_000
      )
      expect(logger.texts("warn")).toEqual([])
    } finally {
      diagnosis.mockRestore()
    }
  })

  it("is used over TLS", async () => {
    const certificate = new Certificate()
    const server = await startMemcached({ args: certificate.memcachedArgs })
    try {
      const { cache, logger } = await boot({
        ...PATIENT,
        serverUrls: [server.address],
        tls: { ca: certificate.pem },
      })
      await cache.set({ key: "1", data: { id: "1" }, ttl: 60 })

      expect(await cache.get({ key: "1" })).toEqual({ id: "1" })
      expect(logger.texts("warn")).toEqual([])
    } finally {
      await server.stop()
      certificate.remove()
    }
  })
})

describe("a connection that others can listen to", () => {
  const cases: { name: string; options: object; warnings: RegExp[] }[] = [
    {
      name: "a certificate that is not checked",
      options: { serverUrls: ["127.0.0.1:1", "localhost:1"], tls: { rejectUnauthorized: false } },
      warnings: [/certificate of Memcached at 127\.0\.0\.1, localhost is not checked/],
    },
    {
      name: "a password without TLS to another machine",
      options: {
        servers: [
          { host: "memcached.invalid", ...CREDENTIALS },
          { host: "localhost", port: 1, ...CREDENTIALS },
        ],
      },
      warnings: [/password for Memcached at memcached\.invalid is sent unencrypted/],
    },
    {
      name: "each of several",
      options: {
        servers: [{ host: "memcached.invalid" }, { host: "a.invalid", tls: { rejectUnauthorized: false } }],
        ...CREDENTIALS,
      },
      warnings: [/a\.invalid is not checked/, /memcached\.invalid is sent unencrypted/],
    },
    {
      name: "none: a password to the same machine",
      options: { serverUrls: ["127.0.0.1:1"], ...CREDENTIALS },
      warnings: [],
    },
    {
      name: "none: a password over TLS",
      options: { serverUrls: ["a.invalid:1"], tls: true, ...CREDENTIALS },
      warnings: [],
    },
  ]
  it.each(cases)("is warned of once at boot: $name", async ({ options, warnings }) => {
    const { logger } = await boot({ serverUrls: undefined, ...options })
    const said = logger.texts("warn").filter((text) => !text.includes("cannot be used"))

    expect(said).toEqual(warnings.map((warning) => expect.stringMatching(warning) as string))
    expect(logger.texts().join("\n")).not.toContain(SECRET)
  })
})

describe("a server that cannot be used", () => {
  const cases: { name: string; start: () => Promise<WrongServer>; says: RegExp; options?: object }[] = [
    { name: "nothing listens", start: nothing, says: /nothing is listening|ECONNREFUSED/i },
    { name: "nothing answers", start: startSilentServer, says: /handshake|no answer/i },
    {
      name: "another protocol: Redis",
      start: () => startTextServer("-ERR unknown command\r\n"),
      says: /looks like Redis/i,
    },
    {
      name: "another protocol than the one that is asked for",
      start: startTextMemcached,
      says: /binary protocol/i,
      options: { protocol: "binary" },
    },
    { name: "a gigabyte in each answer", start: startBoastfulServer, says: /belongs to no command/ },
    { name: "no connection left", start: startFullMemcached, says: /no connections left\. Raise its limit \(-c\)/ },
    {
      name: "a certificate that has expired",
      start: startOutdatedMemcached,
      says: /expired at \d{4}-/,
      options: { tls: true },
    },
    { name: "a TLS port", start: startTlsServer, says: /TLS/ },
    { name: "a port without TLS", start: usableServer, says: /TLS/, options: { tls: true } },
    { name: "authentication failed", start: startRefusingServer, says: /user ?name|password|authenticat/i },
    {
      name: "authentication failed, with credentials",
      start: startRefusingServer,
      says: /refused the user ?name or password|authenticat/i,
      options: CREDENTIALS,
    },
  ]
  for (const { name, start, says, options } of cases) {
    it(`gives one warning that says which it is, and the store boots: ${name}`, async () => {
      const server = await start()
      wrongServers.push(server)
      const { logger, cache, bootMs } = await boot({ serverUrls: [server.address], ...options })
      expect(bootMs).toBeLessThan(BOOT_MS)

      // What a request does meanwhile is answered, and says nothing of its own.
      expect(await cache.get({ key: "1" })).toBeNull()
      await cache.set({ key: "1", data: { id: "1" }, ttl: 60, tags: ["t"] })
      await cache.clear({ tags: ["t"] })
      const warnings = await eventually(
        () => logger.texts("warn"),
        (texts) => texts.length > 0,
        DIAGNOSIS_MS
      )
      for (let i = 0; i < 20; i++) expect(await cache.get({ key: `${i}` })).toBeNull()

      expect(warnings).toHaveLength(1)
      expect(logger.texts("warn")).toHaveLength(1)
      expect(warnings[0]).toMatch(says)
      expect(warnings[0]).toContain(server.address)
      expect(logger.texts("error")).toEqual([])
      expect(logger.texts().join("\n")).not.toContain(SECRET)
    })
  }

  it("is told apart by its warning", async () => {
    const texts = new Set<string>()
    for (const { start, options } of cases.filter(({ name }) => name !== "nothing answers")) {
      const server = await start()
      wrongServers.push(server)
      const { logger } = await boot({ serverUrls: [server.address], ...options })
      const [warning] = await eventually(
        () => logger.texts("warn"),
        (warnings) => warnings.length > 0,
        DIAGNOSIS_MS
      )
      texts.add((warning ?? "").replaceAll(server.address, "").replace(/Memcached at|cannot be used/g, ""))
    }

    // Some of the cases may be the same to somebody who reads the warning.
    expect(texts.size).toBeGreaterThanOrEqual(cases.length - 2)
  })

  it("is found when it comes up later", async () => {
    const server = await startMemcached()
    try {
      await server.kill()
      const { logger, cache } = await boot({ serverUrls: [server.address] })
      await eventually(
        () => logger.texts("warn"),
        (texts) => texts.length === 1,
        DIAGNOSIS_MS
      )
      await server.restart()

      await eventually(
        () => loadThrough(cache, "1", { id: "1" }),
        (value) => value !== null,
        60_000
      )
      expect(logger.texts("warn")).toHaveLength(1)
      await eventually(
        () => logger.texts("info"),
        (texts) => texts.some((text) => /available again|connected/i.test(text) && text.includes(server.address)),
        30_000
      )
    } finally {
      await server.kill()
    }
  })
})

async function nothing(): Promise<WrongServer> {
  return { address: `127.0.0.1:${await findFreePort()}`, close: () => Promise.resolve() }
}

async function usableServer(): Promise<WrongServer> {
  const server = await startMemcached()
  return { address: server.address, close: () => server.stop() }
}

async function startFullMemcached(): Promise<WrongServer> {
  const server = await startMemcached({ args: ["-c", "32", "-t", "1"] })
  const release = await takeAllConnections(server.port)
  return {
    address: server.address,
    close: () => {
      release()
      return server.stop()
    },
  }
}

async function startOutdatedMemcached(): Promise<WrongServer> {
  const authority = new Certificate()
  const certificate = new Certificate({ authority, validUntil: new Date(Date.now() - 3_600_000) })
  const server = await startMemcached({ args: certificate.memcachedArgs })
  return {
    address: server.address,
    close: () => {
      authority.remove()
      certificate.remove()
      return server.stop()
    },
  }
}

async function startTextMemcached(): Promise<WrongServer> {
  const server = await startMemcached({ args: ["-B", "ascii"] })
  return { address: server.address, close: () => server.stop() }
}
