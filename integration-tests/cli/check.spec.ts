import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { findFreePort } from "../../tools/services/free-port"
import { DependableServer } from "../../src/cache"
import { Balancer } from "../../testing/balancer"
import { Certificate } from "../../testing/certificate"
import { type MemcachedProcess, memcachedHas, startMemcached, takeAllConnections } from "../../testing/memcached"
import { SaslDatabase } from "../../testing/sasl-database"
import { readStatistic } from "../provider/memcached-shell"
import { startEscapingServer, startRefusingServer, startTextServer, type WrongServer } from "../provider/wrong-servers"
import { runCheck, runCommand, runUnread } from "./command-line"

jest.setTimeout(240_000)

/** Long enough that it can be nowhere by accident. */
const SECRET = "correct-horse-battery-staple"

const running: (MemcachedProcess | WrongServer)[] = []

async function memcached(...args: string[]): Promise<MemcachedProcess> {
  const server = await startMemcached({ args })
  running.push(server)
  return server
}

/** With items of every size, until none is taken. */
async function fill({ host, port }: MemcachedProcess): Promise<void> {
  const server = new DependableServer({ host, port, timeoutMs: 10_000, connectTimeoutMs: 10_000 })
  let number = 0
  try {
    for (let sizeBytes = 100_000; sizeBytes >= 10; sizeBytes = Math.floor(sizeBytes / 1.1)) {
      for (let status = "ok"; status === "ok";) {
        const item = { key: `filler-${number++}`, value: Buffer.alloc(sizeBytes), flags: 0, expiration: 0 }
        status = await new Promise((done) => server.submit({ op: "set", ...item }, (reply) => done(reply.status)))
      }
    }
  } finally {
    await server.close()
  }
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => ("kill" in server ? server.kill() : server.close())))
})

describe("a server that works", () => {
  it("is described, and the exit code is 0", async () => {
    const { address } = await memcached("-m", "512", "-I", "4m")
    const { exitCode, text } = await runCheck([address])

    expect(text).toMatch(/^medusa-plugin-memcached \d+\.\d+\.\d+, memjs 1\.3\.2, Node\.js \d+\./)
    expect(text).toContain(`${address}: works`)
    expect(text).toMatch(/memcached 1\.\d+\.\d+, up for \d+ seconds?, answered in [\d.]+ ms/)
    expect(text).toContain("meta protocol, without TLS, no password required")
    expect(text).toContain("an item was stored, read, changed by compare-and-swap and deleted")
    expect(text).toMatch(/of 512 MB used by 0 items, 0 evictions; largest item \(-I\): 4 MB/)
    expect(text).toContain("1 of 1 server can be used.")
    expect(text).not.toMatch(/-I 4m|-m 512 or more/)
    expect(exitCode).toBe(0)
  })

  it("gets hints about defaults that are too small for a shop", async () => {
    const { address } = await memcached()
    const { exitCode, text } = await runCheck(["--server", address])

    expect(text).toContain("Start memcached with -I 4m")
    expect(text).toContain("Start memcached with -m 512 or more")
    expect(exitCode).toBe(0)
  })

  it("cannot be used when its address leads to others as well, and keeps nothing of the check", async () => {
    const servers = [await memcached(), await memcached()]
    const balancer = await Balancer.start(...servers.map(({ port }) => port))
    const { address: shared } = balancer
    const { exitCode, text } = await runCheck([shared])
    await balancer.stop()

    expect(text).toContain(`${shared}: cannot be used`)
    expect(text).toContain("leads to several Memcached servers")
    expect(exitCode).toBe(1)
    for (const { address } of servers) expect(await readStatistic(address, "curr_items")).toBe(0)
  })

  it("is found through MEMCACHED_SERVERS, and keeps nothing of the check", async () => {
    const { address } = await memcached()
    const { exitCode, text } = await runCheck([], { MEMCACHED_SERVERS: address })

    expect(text).toContain(`${address}: works`)
    expect(exitCode).toBe(0)
    expect(await readStatistic(address, "cmd_set")).toBeGreaterThan(0)
    expect(await readStatistic(address, "curr_items")).toBe(0)
  })

  it("lets in everybody although a password was given: that is said", async () => {
    const { address } = await memcached()
    const { exitCode, text } = await runCheck([address, "--user", "shop"], { MEMCACHED_PASSWORD: SECRET })

    expect(text).toContain("Anyone can connect, with or without a password")
    expect(text).not.toContain(SECRET)
    expect(exitCode).toBe(0)
  })
})

describe("a server that cannot be used", () => {
  it("because nothing is listening on this port", async () => {
    const address = `127.0.0.1:${await findFreePort("127.0.0.1")}`
    const { exitCode, text } = await runCheck([address])

    expect(text).toContain(`${address}: cannot be used`)
    expect(text).toContain("nothing is listening on this port (ECONNREFUSED)")
    expect(text).toContain("→ Check that memcached is running")
    expect(exitCode).toBe(1)
  })

  it("because it is frozen", async () => {
    const server = await memcached()
    server.freeze()
    const { exitCode, text } = await runCheck([server.address])

    expect(text).toContain("did not complete a handshake within 1000 ms")
    expect(text).toContain("not frozen or overloaded")
    expect(exitCode).toBe(1)
  })

  it("because it does not store, and what it says for itself has no effect on the terminal", async () => {
    const server = await startEscapingServer()
    running.push(server)
    const { exitCode, text } = await runCheck([server.address])

    expect(text).toMatch(/Memcached refused a set: internal error \(broken\?\[31m/)
    expect(text).toMatch(/memcached 1\.6\?\[31m/)
    expect(text).not.toMatch(/[^\n\P{Cc}]/u)
    expect(text).not.toMatch(/^forged line/m)
    expect(exitCode).toBe(1)
  })

  it("because it is another server", async () => {
    const server = await startTextServer("-ERR unknown command\r\n")
    running.push(server)
    const { exitCode, text } = await runCheck([server.address])

    expect(text).toContain("looks like Redis")
    expect(exitCode).toBe(1)
  })

  it("unless it speaks one of Memcached's protocols only", async () => {
    const { address } = await memcached("-B", "ascii")
    const { exitCode, text } = await runCheck([address])

    expect(text).toContain("meta protocol, without TLS, no password required")
    expect(exitCode).toBe(0)
  })

  it("because of a wrong password in the text protocol", async () => {
    const folder = mkdtempSync(join(tmpdir(), "memcached-auth-"))
    try {
      const file = join(folder, "users")
      writeFileSync(file, `shop:${SECRET}\n`)
      // memcached reads it after it has become another user.
      chmodSync(folder, 0o755)
      const { address } = await memcached("-Y", file)
      const right = await runCheck([address, "--user", "shop"], { MEMCACHED_PASSWORD: SECRET })
      expect(right.text).toContain("meta protocol, without TLS, user name and password accepted")
      expect(right.exitCode).toBe(0)
      const wrong = await runCheck([address, "--user", "shop"], { MEMCACHED_PASSWORD: `${SECRET}er` })
      expect(wrong.text).toContain("refused the user name or password")
      expect(wrong.text).not.toContain(SECRET)
      expect(wrong.exitCode).toBe(1)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it("because it has no connection left", async () => {
    const { port, address } = await memcached("-c", "32", "-t", "1")
    const release = await takeAllConnections(port)
    try {
      const { exitCode, text } = await runCheck([address])

      expect(text).toContain("has no connections left. Raise its limit (-c)")
      expect(text).toContain("→ Each Medusa process keeps one connection")
      expect(text).not.toContain("protocol")
      expect(exitCode).toBe(1)
    } finally {
      release()
    }
  })

  it("because it runs without CAS", async () => {
    const { address } = await memcached("-C")
    const { exitCode, text } = await runCheck([address])

    expect(text).toContain("Start memcached without -C")
    expect(await readStatistic(address, "curr_items")).toBe(0)
    expect(exitCode).toBe(1)
  })

  it("because it is full and was started with -M; before that it gets a hint", async () => {
    const server = await startMemcached({ args: ["-M"], memoryMb: 2 })
    running.push(server)
    const before = await runCheck([server.address])
    await fill(server)
    const { exitCode, text } = await runCheck([server.address])

    expect(before.text).toContain("! It was started with -M")
    expect(before.exitCode).toBe(0)
    expect(text).toContain("is full and rejects new entries")
    expect(text).toContain("Start it without -M")
    expect(exitCode).toBe(1)
  })

  it("because it does not speak TLS, which was asked for", async () => {
    const { address } = await memcached()
    const { exitCode, text } = await runCheck([address, "--tls"])

    expect(text).toContain("does not speak TLS")
    expect(text).toContain("→ For this command, omit --tls.")
    expect(exitCode).toBe(1)
  })

  it("because it refuses the password, which is not shown", async () => {
    const server = await startRefusingServer()
    running.push(server)
    const { exitCode, text } = await runCheck([server.address, "--user", "shop"], { MEMCACHED_PASSWORD: SECRET })

    expect(text).toContain("refused the user name or password")
    expect(text).toContain("--user and the variable MEMCACHED_PASSWORD")
    expect(text).not.toContain(SECRET)
    expect(exitCode).toBe(1)
  })

  it("makes the exit code 1, also beside others that work", async () => {
    const [works, isFrozen] = await Promise.all([memcached(), memcached()])
    isFrozen.freeze()
    const { exitCode, text } = await runCheck([works.address, isFrozen.address])

    expect(text).toContain(`${works.address}: works`)
    expect(text).toContain(`${isFrozen.address}: cannot be used`)
    expect(text).toContain("1 of 2 servers can be used.")
    expect(exitCode).toBe(1)
  })
})

const describeWithTls = memcachedHas("tls") ? describe : describe.skip

describeWithTls("memcached -Z", () => {
  it("has a certificate that has expired: that is said, and since when", async () => {
    const certificate = new Certificate({ validUntil: new Date(Date.now() - 3_600_000) })
    try {
      const { address } = await memcached(...certificate.memcachedArgs)
      const variables = { NODE_EXTRA_CA_CERTS: certificate.certificateFile }
      const { exitCode, text } = await runCheck([address, "--tls"], variables)

      expect(text).toMatch(/presented a certificate that expired at \d{4}-\d\d-\d\dT/)
      expect(text).not.toContain("NODE_EXTRA_CA_CERTS")
      expect(exitCode).toBe(1)
    } finally {
      certificate.remove()
    }
  })

  it("works with --tls and its authority, and each that is missing is named", async () => {
    const certificate = new Certificate()
    try {
      const { address } = await memcached(...certificate.memcachedArgs)
      const plain = await runCheck([address])
      const untrusted = await runCheck([address, "--tls"])
      const trusted = await runCheck([address, "--tls"], { NODE_EXTRA_CA_CERTS: certificate.certificateFile })

      expect(plain.text).toContain("speaks TLS")
      expect(plain.text).toContain("→ For this command, add --tls.")
      expect(plain.exitCode).toBe(1)
      expect(untrusted.text).toContain("presented a self-signed certificate")
      expect(untrusted.text).toContain("→ For this command, set NODE_EXTRA_CA_CERTS")
      expect(untrusted.exitCode).toBe(1)
      expect(trusted.text).toContain("meta protocol, over TLS, no password required")
      expect(trusted.exitCode).toBe(0)
    } finally {
      certificate.remove()
    }
  })
})

const describeWithSasl = memcachedHas("sasl") && SaslDatabase.isAvailable() ? describe : describe.skip

describeWithSasl("memcached -S", () => {
  it("lets in with the right password only, and shows neither", async () => {
    const database = new SaslDatabase()
    database.setPassword("shop", SECRET)
    const server = await startMemcached({ args: ["-S"], env: database.env })
    running.push(server)
    try {
      const right = await runCheck([server.address, "--user", "shop"], { MEMCACHED_PASSWORD: SECRET })
      const wrong = await runCheck([server.address, "--user", "shop"], { MEMCACHED_PASSWORD: `not-${SECRET}` })
      const none = await runCheck([server.address])

      expect(right.text).toContain("user name and password accepted")
      expect(right.exitCode).toBe(0)
      expect(wrong.text).toContain("refused the user name or password")
      expect(wrong.exitCode).toBe(1)
      expect(none.text).toContain("requires a user name and password")
      expect(none.exitCode).toBe(1)
      for (const { text } of [right, wrong, none]) expect(text).not.toContain(SECRET)
    } finally {
      database.remove()
    }
  })
})

describe("a call that makes no sense", () => {
  const cases: { args: string[]; message: string }[] = [
    { args: [`shop:${SECRET}@127.0.0.1:1`], message: "Use --user and MEMCACHED_PASSWORD" },
    { args: ["127.0.0.1:1", `--password=${SECRET}`], message: "Unknown option '--password'" },
    { args: ["127.0.0.1:1", "--user", "shop"], message: "the password in the variable MEMCACHED_PASSWORD" },
    { args: ["127.0.0.1:99999"], message: "expected host:port" },
    { args: ["127.0.0.1:1", "--timeout", "soon"], message: "--timeout must be 1 to 60000 milliseconds" },
  ]
  for (const { args, message } of cases) {
    it(`is refused: ${args.join(" ").replace(SECRET, "…")}`, async () => {
      const { exitCode, text } = await runCheck(args)

      expect(text).toContain(message)
      expect(text).toContain("See --help.")
      expect(text).not.toContain(SECRET)
      expect(exitCode).toBe(1)
    })
  }

  for (const [first, rest] of [
    ["hunter", `2@127.0.0.1:1`],
    ["4711", `x:y@127.0.0.1:1`],
  ] as const) {
    it(`is refused without a part of the password: MEMCACHED_SERVERS=shop:${first},${rest}`, async () => {
      const { exitCode, text } = await runCheck([], { MEMCACHED_SERVERS: `shop:${first},${rest}` })

      expect(text).toContain("MEMCACHED_SERVERS: expected host:port")
      expect(text).not.toContain(first)
      expect(exitCode).toBe(1)
    })
  }

  it("finds help", async () => {
    const { exitCode, text } = await runCheck(["--help"])

    expect(text).toContain("MEMCACHED_PASSWORD")
    expect(exitCode).toBe(0)
  })
})

describe("a command whose output and notes nobody reads", () => {
  it.each(["--help", "nonsense"])("ends with the same exit code: %s", async (argument) => {
    expect(await runUnread([argument])).toBe((await runCommand([argument])).exitCode)
  })
})
