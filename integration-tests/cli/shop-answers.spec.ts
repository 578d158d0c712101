import { mkdtempSync, rmSync } from "node:fs"
import { createServer, type RequestListener, type Server } from "node:http"
import { once } from "node:events"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { findFreePort } from "../../tools/services/free-port"
import { captureCommand, type CommandResult } from "../../testing/captured-command"

jest.setTimeout(120_000)

const KEY = "sk_0123456789abcdef0123456789abcdef0123456789abcdef"
const CREDENTIALS = Buffer.from(`${KEY}:`).toString("base64")

const running: Server[] = []

afterEach(() => {
  for (const server of running.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

/** Starts something that a shop's address may lead to. Returns the address. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  running.push(server)
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`
}

const answering =
  (status: number, type: string, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { "content-type": type, ...headers }).end(body)

const json = (status: number, body: unknown, headers?: Record<string, string>): RequestListener =>
  answering(status, "application/json", JSON.stringify(body), headers)

/** Runs a command with a key, which must never be seen. */
async function ask(url: string, args: string[] = ["stats"]): Promise<CommandResult> {
  const result = await captureCommand([...args, "--url", url], { environment: { MEDUSA_API_KEY: KEY } })
  expect(result.text).not.toContain(KEY.slice(0, 20))
  expect(result.text).not.toContain(CREDENTIALS.slice(0, 20))
  return result
}

/** Expects an error of one or two lines. */
function expectFailure({ exitCode, output, notes }: CommandResult, ...texts: string[]): void {
  for (const text of texts) expect(notes).toContain(text)
  expect(output).toBe("")
  expect(notes.trimEnd().split("\n").length).toBeLessThanOrEqual(2)
  expect(exitCode).toBe(1)
}

const PAGE = "<!doctype html><html><body>Log in</body></html>"

describe("an answer that is not Medusa's, or no success", () => {
  const cases: readonly (readonly [what: string, listener: RequestListener, texts: string[]])[] = [
    ["a web page", answering(200, "text/html", PAGE), ["answers with a web page", "without /app"]],
    ["a page that calls itself text", answering(200, "text/plain", PAGE), ["answers with a web page"]],
    ["text", answering(200, "application/json", "OK"), ["something other than JSON"]],
    ["a number", answering(200, "application/json", "1"), ["something other than JSON"]],
    ["nothing", answering(204, "application/json", ""), ["something other than JSON"]],
    ["an empty object", json(200, {}), ['is not understood: it has no "', "same version"]],
    ["fields of another version", json(200, { cache: {}, stats: {}, servers: {} }), ["is not understood"]],
    ["401", json(401, { message: "Unauthorized" }), ["does not accept the API key (401)", "Secret API Keys"]],
    ["401 of a proxy", answering(401, "text/html", PAGE), ["a proxy in front of the shop wants a login"]],
    ["403", json(403, { type: "forbidden", message: "Forbidden" }), ["feature flag rbac", "Settings › Cache"]],
    ["403 of a proxy", answering(403, "text/html", PAGE), ["a proxy or firewall in front"]],
    ["404 of Medusa", answering(404, "text/html", "Cannot GET /admin/cache"), ["no route /admin/cache", "plugins"]],
    ["404 of the plugin", json(404, { type: "not_found", message: "There is no cache" }), ["There is no cache"]],
    ["400", json(400, { type: "invalid_data", message: "Run db:migrate" }), ["Run db:migrate"]],
    ["429", json(429, { message: "Too many" }, { "retry-after": "10" }), ["Too many", "in 10 s"]],
    ["431", answering(431, "text/plain", ""), ["too long for an address"]],
    ["500", json(500, { message: "Broken" }), ["answers 500: Broken", "log"]],
    ["503", answering(503, "text/html", PAGE, { "retry-after": "30" }), ["is not available (503)", "in 30 s"]],
    ["a code that has no meaning", answering(418, "text/html", PAGE), ["answers 418"]],
  ]
  it.each(cases)("%s", async (_what, listener, texts) => {
    expectFailure(await ask(await serve(listener)), ...texts)
  })

  it("a redirect to another host, which does not get the key", async () => {
    const requests: string[] = []
    const other = (
      await serve((request, response) => void response.end(String(requests.push(String(request.url)))))
    ).replace("127.0.0.1", "localhost")
    const shop = await serve(answering(302, "text/html", "", { location: `${other}/login?token=hidden` }))
    const result = await ask(shop)
    expectFailure(result, `redirects to another host, ${other}/login (302), which does not get the API key`, "--url")
    expect(result.text).not.toContain("hidden")
    expect(requests).toEqual([])
  })

  it("a redirect to the same host, whose address is the right one", async () => {
    const shop = await serve(answering(308, "text/html", "", { location: "https://127.0.0.1/shop/admin/cache/stats" }))
    expectFailure(await ask(shop), "Use --url https://127.0.0.1/shop")
  })

  it("one that repeats the key: it is taken out", async () => {
    const echo: RequestListener = ({ headers }, response) => {
      const text = `${"x".repeat(560)} ${headers.authorization ?? ""} ${KEY}`
      response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify({ message: text }))
    }
    expectFailure(await ask(await serve(echo)), "[API key]")
  })

  it("one with escape sequences, which have no effect on the terminal", async () => {
    const { notes } = await ask(await serve(json(400, { message: "\u001b[31mred\u0007\r\nnext" })))
    expect(notes).toBe("?[31mred???next\n")
  })
})

describe("no answer", () => {
  it("because the shop hangs", async () => {
    const shop = await serve(() => undefined)
    expectFailure(await ask(shop, ["stats", "--timeout", "300"]), "has not answered within 300 ms", "--timeout")
  })

  it("because it stops in the middle", async () => {
    const shop = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" }).write('{"cache":')
    })
    expectFailure(await ask(shop, ["stats", "--timeout", "300"]), "has not answered within 300 ms")
  })

  it("to a clear, whose effect is unknown then", async () => {
    const shop = await serve(() => undefined)
    const args = ["clear", "--tag", "Menu:main", "--timeout", "300"]
    expectFailure(await ask(shop, args), "may have happened. Asking again does no harm")
  })

  it("because the connection is closed", async () => {
    expectFailure(await ask(await serve(({ socket }) => void socket.destroy())), "closed the connection")
  })

  it("because nothing is listening", async () => {
    const port = await findFreePort("127.0.0.1")
    expectFailure(await ask(`http://127.0.0.1:${port}`), "Nothing is listening", "Start the shop")
  })

  it("because it does not speak TLS", async () => {
    const shop = await serve(json(200, {}))
    expectFailure(await ask(shop.replace("http:", "https:")), "does not speak TLS", "http://")
  })
})

describe("an answer that is too large", () => {
  const CHUNK = Buffer.alloc(1024 ** 2, "x")

  it("is not read to its end", async () => {
    let sentBytes = 0
    const shop = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" })
      const send = (): void => {
        while (!response.destroyed && sentBytes < 1024 ** 3) {
          sentBytes += CHUNK.length
          if (!response.write(CHUNK)) return void response.once("drain", send)
        }
      }
      send()
    })
    expectFailure(await ask(shop), "answers with more than 16 MB")
    // Three requests at the same time, and what is on its way.
    expect(sentBytes).toBeLessThan(200 * 1024 ** 2)
  })

  it("is not unpacked to its end", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 ** 2))
    const shop = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(bomb)
    })
    expectFailure(await ask(shop), "answers with more than 16 MB")
  })
})

describe("what is sent", () => {
  it("is the key as user name without a password, below the path of the address", async () => {
    const seen: string[] = []
    const shop = await serve((request, response) => {
      seen.push(`${request.method ?? ""} ${request.url ?? ""} ${request.headers.authorization ?? ""}`)
      response.writeHead(500).end()
    })
    await ask(`${shop}/base/`, ["clear", "--tag", "Menu:main", "--dry-run"])
    expect(seen).toEqual([`POST /base/admin/cache/clear Basic ${CREDENTIALS}`])
  })

  it("is nothing with a key on the command line, and why", async () => {
    const folder = mkdtempSync(join(tmpdir(), "no-key-"))
    try {
      for (const args of [
        ["--api-key", KEY],
        [`--api-key=${KEY}`],
        ["--apikey", KEY],
        ["--key", KEY, "--url", "nowhere"],
        [KEY],
        ["--api-key-file", join(folder, "missing")],
        ["--url", `http://${KEY}@127.0.0.1`],
      ]) {
        const { exitCode, text } = await captureCommand(["stats", ...args])
        expect(text).not.toContain(KEY.slice(0, 20))
        expect(exitCode).toBe(2)
      }
      const { notes } = await captureCommand(["stats", "--api-key", KEY])
      expect(notes).toContain("list of processes")
      expect(notes).toContain("MEDUSA_API_KEY")
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe("a clear in the background", () => {
  const invalidation = (state: string, done: number, pending = 0) => ({
    invalidation: { id: "inv_1", state, done, pending, total: 200, message: `It is ${state}.` },
  })

  /** A shop whose clear takes two polls and then ends like this. */
  async function shopWhoseClearEnds(last: object): Promise<string> {
    let polls = 0
    return serve((request, response) => {
      const { url = "" } = request
      const body = url.endsWith("/clear")
        ? { clear: { status: "dry_run", entries: 12, targets: 100 } }
        : url.endsWith("/invalidations")
          ? invalidation("running", 0)
          : ++polls < 2
            ? invalidation("running", 100)
            : last
      response.writeHead(url.endsWith("/invalidations") ? 202 : 200, { "content-type": "application/json" })
      response.end(JSON.stringify(body))
    })
  }

  it.each([
    ["done", 0, 0],
    ["partly_done", 100, 3],
    ["partly_done", 0, 1],
    ["failed", 0, 1],
  ])("that ends as %s with %i pending has the exit code %i", async (state, pending, code) => {
    const shop = await shopWhoseClearEnds(invalidation(state, 200 - pending, pending))
    const { exitCode, output, notes } = await ask(shop, ["clear", "--type", "Product"])
    expect(output).toBe(`It is ${state}. These were at least about 12 entries.\n`)
    expect(notes).toContain("Clearing: 0 of 200 targets")
    expect(exitCode).toBe(code)
  })

  it("goes on in the shop when that cannot be asked any more, which is said", async () => {
    const shop = await shopWhoseClearEnds({ message: "no invalidation" })
    const { exitCode, notes } = await ask(shop, ["clear", "--type", "Product"])
    expect(notes).toContain("The clear goes on in the shop")
    expect(notes).toContain("inv_1")
    expect(exitCode).toBe(1)
  })
})
