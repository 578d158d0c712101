import { type AddressInfo, createServer, type Socket } from "node:net"
import { CacheError } from "../../../cache"
import { createCache, createServers, serverOptionsOf } from "../create-cache"
import { validateOptions } from "../validate-options"

const idsOf = (options: Record<string, unknown>): string[] =>
  createServers(serverOptionsOf(validateOptions(options))).map((server) => server.id)

function complaintOf(options: Record<string, unknown>): CacheError | undefined {
  try {
    idsOf(options)
    return undefined
  } catch (error) {
    if (error instanceof CacheError) return error
    throw error
  }
}

describe("the servers of the options", () => {
  it.each([
    [{}, ["127.0.0.1:11211"]],
    [{ serverUrls: ["b:1", "a:2"] }, ["b:1", "a:2"]],
    [{ serverUrls: ["b:1,a:2", "c"] }, ["b:1", "a:2", "c:11211"]],
    [{ serverUrls: ["[::1]:1, a:2"] }, ["[::1]:1", "a:2"]],
    [{ servers: [{ host: "b" }, { host: "::1", port: 7 }] }, ["b:11211", "[::1]:7"]],
  ])("%j are in their order", (options, ids) => {
    expect(idsOf(options)).toEqual(ids)
  })

  it("do not lose the name in their certificate to an unset variable", () => {
    const tls = { servername: undefined, ca: "ca" }
    const address = { host: "cache.example.com", port: 1 }

    for (const options of [{ servers: [address], tls }, { servers: [{ ...address, tls }] }]) {
      expect(serverOptionsOf(validateOptions(options))[0].tls).toEqual({ ca: "ca" })
    }
  })

  it("may have a comma in a password", () => {
    expect(idsOf({ serverUrls: ["user:correct,horse@a:1"] })).toEqual(["a:1"])
  })

  it("are named without any part of a password when one is wrong", () => {
    for (const url of ["user:correct,horse@a b", "user:correct,horse,battery@a:99999", "a:1,user:horse@b c"]) {
      const complaint = complaintOf({ serverUrls: [url] })

      expect(complaint?.code).toBe("invalid_options")
      for (const part of ["correct", "horse", "battery"]) expect(complaint?.message).not.toContain(part)
    }
  })
})

describe("what is said for all servers", () => {
  const CLIENT_HELLO = 0x16

  /** The first bytes that a server of these options is sent. */
  async function firstBytes(options: object, ofServer: object): Promise<Buffer> {
    const listener = createServer()
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve))
    const { port } = listener.address() as AddressInfo
    const [server] = createServers(
      serverOptionsOf(validateOptions({ ...options, servers: [{ host: "127.0.0.1", port, ...ofServer }] }))
    )
    const arrived = new Promise<Buffer>((resolve) => {
      listener.once("connection", (socket: Socket) => {
        socket.on("error", () => undefined)
        socket.once("data", (bytes: Buffer) => {
          socket.destroy()
          resolve(bytes)
        })
      })
    })
    server.submit({ op: "get", key: "k" }, () => undefined)
    const bytes = await arrived
    await server.close()
    await new Promise((resolve) => listener.close(resolve))
    return bytes
  }

  // An environment variable that is not set is undefined, too. Without TLS, the password would travel in the clear.
  it("holds for a server where it is undefined", async () => {
    const credentials = { username: "shop", password: "secret" }
    const undefinedOnes = { tls: undefined, username: undefined, password: undefined }

    expect((await firstBytes({ ...credentials, tls: true }, undefinedOnes))[0]).toBe(CLIENT_HELLO)
    const first = await firstBytes(credentials, undefinedOnes)
    expect(first.toString("latin1")).toContain("shop secret")
  })

  it("gives way to what a server says", async () => {
    expect((await firstBytes({ tls: true }, { tls: false }))[0]).not.toBe(CLIENT_HELLO)
    const own = await firstBytes({ username: "shop", password: "secret" }, { username: "own", password: "other" })
    expect(own.toString("latin1")).toContain("own other")
  })
})

describe("the statistics of the options", () => {
  const intervalOf = (statistics: object): number => {
    const options = validateOptions({ statistics })
    const logger = { info: () => undefined, warn: () => undefined, debug: () => undefined }
    return createCache(options, createServers(serverOptionsOf(options)), logger).options.statistics.flushIntervalMs
  }

  it("are shared every five seconds, as often as is said, or never", () => {
    expect(intervalOf({})).toBe(5_000)
    expect(intervalOf({ flushIntervalMs: 20_000 })).toBe(20_000)
    expect(intervalOf({ enabled: false, flushIntervalMs: 20_000 })).toBe(0)
  })
})
