import { once } from "node:events"
import { createServer as createHttpServer } from "node:http"
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer, type Server } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"

import { findFreePort } from "../../tools/services/free-port"
import { Certificate } from "../../testing/certificate"
import { type MemcachedProcess, memcachedHas, startMemcached, takeAllConnections } from "../../testing/memcached"
import { diagnose } from "../../src/cache/memcached/diagnosis"
import type { ServerOptions } from "../../src/cache/memcached/server-options"
import { runningTimeOf } from "../../testing/running-time"
import { closeAll, get, openClient, openProxy, read, set } from "../../testing/clients"

const memcacheds: MemcachedProcess[] = []
const servers: Server[] = []

afterEach(closeAll)
afterAll(async () => {
  servers.forEach((server) => server.close())
  await Promise.all(memcacheds.map((memcached) => memcached.kill()))
})

async function start(...args: string[]): Promise<MemcachedProcess> {
  const memcached = await startMemcached({ args })
  memcacheds.push(memcached)
  return memcached
}

async function listen(server: Server): Promise<number> {
  servers.push(server)
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : 0
}

/** Redis takes what it gets for a line of text and waits for its end. */
function redisLike(): Server {
  return createServer((socket) => {
    socket.on("error", () => undefined)
    socket.on("data", (chunk) => {
      if (chunk.includes("\n")) socket.write("-ERR unknown command 'version', with args beginning with: \r\n")
    })
  })
}

async function explain(port: number, options: Partial<ServerOptions> = {}): Promise<string> {
  const error = await diagnose({ host: "127.0.0.1", port, connectTimeoutMs: 400, ...options })
  return error === undefined ? "fine" : `${error.code}: ${error.message}`
}

describe("diagnose", () => {
  it("finds nothing wrong with memcached", async () => {
    expect(await explain((await start()).port)).toBe("fine")
    expect(await explain((await start("-B", "binary")).port)).toBe("fine")
  })

  it("says that nothing listens", async () => {
    expect(await explain(await findFreePort())).toMatch(/^unreachable: .*nothing is listening on this port/)
  })

  it("says that a name is not known", async () => {
    expect(await explain(11211, { host: "memcached.invalid" })).toMatch(/^unreachable: memcached\.invalid:11211 /)
  })

  it("finds nothing wrong with a memcached of one protocol, unless it is asked for the other one", async () => {
    const [ascii, binary] = [await start("-B", "ascii"), await start("-B", "binary")]
    expect(await explain(ascii.port)).toBe("fine")
    expect(await explain(ascii.port, { protocol: "meta" })).toBe("fine")
    expect(await explain(binary.port, { protocol: "binary" })).toBe("fine")
    const foreign = await explain(ascii.port, { protocol: "binary" })
    expect(foreign).toMatch(/^foreign_protocol: .*does not speak Memcached's binary protocol.*"auto" or "meta"/)
    const binaryOnly = await explain(binary.port, { protocol: "meta" })
    expect(binaryOnly).toMatch(/^foreign_protocol: .*does not speak Memcached's meta protocol.*"auto" or "binary"/)
  })

  it("logs in to memcached -Y, and says what is wrong with a password or without one", async () => {
    const folder = mkdtempSync(join(tmpdir(), "memcached-auth-"))
    try {
      const file = join(folder, "users")
      writeFileSync(file, "shop:secret\n")
      // memcached reads it after it has become another user.
      chmodSync(folder, 0o755)
      const { port } = await start("-Y", file)
      expect(await explain(port, { username: "shop", password: "secret" })).toBe("fine")
      expect(await explain(port, { username: "shop", password: "wrong" })).toMatch(/^authentication_failed: .*refused/)
      expect(await explain(port)).toMatch(/^authentication_failed: .*requires a user name and password/)
      const binary = await explain(port, { username: "shop", password: "secret", protocol: "binary" })
      expect(binary).toMatch(/^foreign_protocol: .*started with -Y/)
      const client = openClient(port, { username: "shop", password: "secret" })
      expect((await set(client, "key", "value")).status).toBe("ok")
      expect(await read(client, "key")).toBe("value")
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it.each([{ connectTimeoutMs: 2_000 }, { connectTimeoutMs: 2_000, tls: true }])(
    "says that memcached has no connection left, and what to raise: %p",
    async (options) => {
      const { port } = await start("-c", "32", "-t", "1")
      const release = await takeAllConnections(port)
      const found = await explain(port, options).finally(release)

      expect(found).toMatch(/^connection_limit: .*has no connections left\. Raise its limit \(-c\)/)
      expect(found).not.toMatch(/text protocol|does not speak TLS/)
    }
  )

  it("listens to no answer in text without an end", async () => {
    const endless = createServer((socket) => {
      socket.on("error", () => undefined)
      const more = (): unknown => socket.destroyed || socket.write("x".repeat(65_536), () => setImmediate(more))
      more()
    })
    expect(await explain(await listen(endless), { connectTimeoutMs: 2_000 })).toMatch(/^foreign_protocol: .*unknown/)
  })

  it("recognises Redis", async () => {
    expect(await explain(await listen(redisLike()))).toMatch(/^foreign_protocol: .*looks like Redis/)
  })

  it("recognises HTTP", async () => {
    const found = await explain(await listen(createHttpServer()))
    expect(found).toMatch(/^foreign_protocol: .*is an HTTP server/)
  })

  it("says that a server is silent", async () => {
    expect(await explain(await listen(createServer(() => undefined)))).toMatch(
      /^unreachable: .*did not complete a handshake within 400 ms/
    )
  })

  it("says that a frozen memcached is silent, and does not take it for anything else", async () => {
    const memcached = await start()
    memcached.freeze()
    expect(await explain(memcached.port)).toMatch(/^unreachable: /)
  })
})

describe("the first command", () => {
  it.each([
    ["Redis", () => listen(redisLike())],
    ["HTTP", () => listen(createHttpServer())],
  ])("says it as well, without a time-out, of a server that gives itself away: %s", async (_name, startWrong) => {
    const client = openClient(await startWrong(), { timeoutMs: 5_000, connectTimeoutMs: 5_000 })
    expect(await runningTimeOf(get(client, "key"))).toBeLessThan(480)
    expect(client.downReason?.code).toBe("foreign_protocol")
  })
})

const describeWithTls = memcachedHas("tls") ? describe : describe.skip

describeWithTls("memcached -Z", () => {
  let certificate: Certificate
  let secure: MemcachedProcess

  beforeAll(async () => {
    certificate = new Certificate()
    secure = await start(...certificate.memcachedArgs)
  })
  afterAll(() => certificate.remove())

  it("is spoken to with TLS", async () => {
    const tls = { ca: certificate.pem }
    const client = openClient(secure.port, { tls })
    const large = Buffer.alloc(900_000, "0123456789")
    expect((await set(client, "key", large)).status).toBe("ok")
    const replies = await Promise.all([get(client, "key"), get(client, "key")])
    expect(replies.every(({ value }) => value?.equals(large))).toBe(true)
    expect(await explain(secure.port, { tls })).toBe("fine")
  })

  it("is spoken to by name, which the certificate is checked against", async () => {
    const client = openClient(secure.port, { host: "localhost", tls: { ca: certificate.pem } })
    expect(await read(client, "missing")).toBe("missing")
  })

  it("is not trusted without its authority", async () => {
    expect(await explain(secure.port, { tls: true })).toMatch(
      /^certificate_not_trusted: .*a self-signed certificate.*Pass the certificate as tls\.ca/
    )
  })

  it("is recognised when it is spoken to in plain text", async () => {
    expect(await explain(secure.port)).toMatch(/^tls_mismatch: .*speaks TLS, but the tls option is not set/)
  })

  it("recovers from a broken connection", async () => {
    const proxy = await openProxy(secure.port)
    const client = openClient(proxy.port, { tls: { ca: certificate.pem } })
    await set(client, "key", "value")
    proxy.inject({ cut: { afterResponseBytes: 10, with: "RST" } })
    expect((await get(client, "key")).status).toBe("unreachable")
    expect(await read(client, "key")).toBe("value")
  })

  it("answers with an error, not an exception, when the certificate cannot be read", async () => {
    const client = openClient(secure.port, { tls: { ca: "no certificate", cert: "none", key: "none" } })
    expect((await get(client, "key")).status).toBe("unreachable")
    expect(await explain(secure.port, { tls: { cert: "none" } })).toMatch(/^invalid_options: /)
  })
})

describe("a server without TLS that is spoken to with TLS", () => {
  it.each([
    ["memcached", []],
    ["memcached -B binary", ["-B", "binary"]],
    ["memcached -B ascii", ["-B", "ascii"]],
  ])("is recognised: %s", async (_name, args) => {
    const { port } = await start(...args)
    expect(await explain(port, { tls: true })).toMatch(/^tls_mismatch: .*does not speak TLS, but the tls option is set/)
  })
})
