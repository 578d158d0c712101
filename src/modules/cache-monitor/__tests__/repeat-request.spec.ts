import { Agent, createServer, type RequestListener, type Server } from "node:http"
import { once } from "node:events"
import { type AddressInfo, connect } from "node:net"
import { TLSSocket } from "node:tls"
import { ownAddressOf, repeatRequest } from "../repeat-request"

const PATH = "/store/products?limit=5"

describe("repeating a request", () => {
  let server: Server
  let answer: RequestListener
  const agent = new Agent({ keepAlive: true })
  const seen: { url: string | undefined; method: string | undefined; headers: object }[] = []

  beforeAll(async () => {
    server = createServer((req, res) => {
      seen.push({ url: req.url, method: req.method, headers: req.headers })
      answer(req, res)
    }).listen(0, "127.0.0.1")
    await once(server, "listening")
  })
  beforeEach(() => void seen.splice(0))
  afterAll(async () => {
    agent.destroy()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  const address = () => ({ host: "127.0.0.1", port: (server.address() as AddressInfo).port })
  const repeat = (path = PATH, signal = new AbortController().signal): Promise<number> =>
    repeatRequest({ path, headers: { "x-publishable-api-key": "pk_1" } }, { address: address(), agent, signal })

  it("asks as the visitor did, and reads the answer to its end", async () => {
    answer = (_req, res) => res.end("x".repeat(1_000_000))
    expect(await repeat()).toBe(200)
    expect(seen).toEqual([
      {
        url: PATH,
        method: "GET",
        headers: {
          host: `127.0.0.1:${address().port}`,
          "x-publishable-api-key": "pk_1",
          accept: "application/json",
          "user-agent": "medusa-plugin-memcached",
          connection: "keep-alive",
        },
      },
    ])
  })

  it("never sends anything outside of /store", async () => {
    answer = (_req, res) => res.end()
    for (const path of ["/admin/cache", "http://evil.example/store/products", "/store/../admin", "/store/a\r\nb: c"]) {
      expect(await repeat(path)).toBe(0)
    }
    expect(seen).toEqual([])
  })

  it("tells the status, and does not follow where it is sent", async () => {
    for (const [status, location] of [
      [302, "/store/elsewhere"],
      [301, "http://127.0.0.1:1/"],
      [429, undefined],
      [500, undefined],
    ] as const) {
      answer = (_req, res) => res.writeHead(status, location === undefined ? {} : { location }).end()
      expect(await repeat()).toBe(status)
    }
    expect(seen.map(({ url }) => url)).toEqual([PATH, PATH, PATH, PATH])
  })

  it("fails when Node.js does not send it", async () => {
    const headers = { "accept-language": "a\r\nb: c" }
    const { signal } = new AbortController()
    expect(await repeatRequest({ path: PATH, headers }, { address: address(), agent, signal })).toBe(0)
  })

  it("ends an answer that does not end", async () => {
    answer = (_req, res) => {
      const more = (): void => {
        while (!res.destroyed && res.write(Buffer.alloc(1024 * 1024)));
        if (!res.destroyed) res.once("drain", more)
      }
      more()
    }
    expect(await repeat()).toBe(0)
  })

  it("fails when the connection breaks, and when it is told to stop", async () => {
    answer = (req) => req.socket.destroy()
    expect(await repeat()).toBe(0)
    const closing = new AbortController()
    answer = () => closing.abort()
    expect(await repeat(PATH, closing.signal)).toBe(0)
    expect(await repeat(PATH, closing.signal)).toBe(0)
  })

  it("goes to where a request has arrived, unless that is unknown or needs a certificate", async () => {
    const socket = connect(address())
    const [accepted] = (await once(server, "connection")) as [typeof socket]
    expect(ownAddressOf(accepted)).toEqual(address())
    expect(ownAddressOf(new TLSSocket(accepted))).toBeUndefined()
    socket.destroy()
    expect(
      ownAddressOf(connect({ path: "/nowhere", signal: AbortSignal.abort() }).on("error", () => undefined))
    ).toBeUndefined()
  })
})
