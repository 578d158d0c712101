import { setTimeout as delay } from "node:timers/promises"
import type { Express } from "express"
import { Prng } from "../../testing/prng"
import { AnsweringApp, readThings } from "./answering-app"

jest.setTimeout(600_000)

const isFull = process.env.ORACLE === "full"
const ROUNDS = isFull ? 20_000 : 1_500

/** What a route can see of its request, so that two requests with one key must have it in common. */
const routes = (server: Express): void => {
  for (const path of ["/store/products", "/store/products/:id"]) {
    server.get(path, (req, res) => {
      readThings()
      const { publishable_key_context: key, locale } = req as unknown as Record<string, unknown>
      res.json({ path: req.path, params: req.params, query: req.query, key, locale })
    })
  }
}

const NAMES = [
  "a",
  "b",
  "id",
  "fields",
  "filters",
  "order",
  "$and",
  "a.b",
  "locale",
  "x-y",
  "__proto__",
  "é",
  "%61",
  "%24or",
]
const INDEXES = [
  "",
  "",
  "",
  "[]",
  "[0]",
  "[1]",
  "[x]",
  "%5B%5D",
  "%5b0%5d",
  "[x][y]",
  "[",
  "]",
  "[0][a]",
  "%5B0",
  "[constructor]",
]
const VALUES = [
  "",
  "1",
  "2",
  "a,b",
  "%26b=2",
  "%3D",
  "=",
  "a=b",
  "%2B",
  "+",
  "%20",
  "%00",
  "%C3%A9",
  "%zz",
  ";",
  "#",
  "?",
  "/",
  "..",
  "[]",
]
const PATHS = [
  "/store/products",
  "/store/products/",
  "/STORE/Products",
  "/store/products/x",
  "/store/products/X",
  "/store/products/x/",
  "/store/products/x%2Fy",
  "/store/products/%2e%2e",
  "/store/products/x?",
  "/store/products/%78",
  "/store/products/x;y",
  "/store//products",
  "//store/products",
  "/store/products/../regions",
  "/store/./products",
  "http://elsewhere.example.com/store/products",
]
const KEYS = ["pk_1", "pk_2", 'pk_1"', "pk_1,pk_2", "pk_1]"]

describe("addresses", () => {
  let app: AnsweringApp

  beforeAll(async () => {
    app = await AnsweringApp.open(routes)
  })
  afterAll(() => app.close())

  const separators = ["&", "&", "&", "&&", "&amp;", ";"]

  /** What was asked for lately, to be written in other ways. */
  const asked: { readonly path: string; readonly parameters: readonly string[] }[] = []

  function addressOf(prng: Prng): string {
    const again = prng.chance(0.5) ? asked[prng.below(asked.length)] : undefined
    const parameters =
      again?.parameters ??
      Array.from({ length: prng.below(4) }, () =>
        [prng.pick(NAMES) + prng.pick(INDEXES), ...(prng.chance(0.9) ? [prng.pick(VALUES)] : [])].join("=")
      )
    const path = again?.path ?? prng.pick(PATHS)
    asked[prng.below(50)] = { path, parameters }
    // Express drops what comes after a thousand parameters, empty ones included.
    const separator = prng.chance(0.1) ? "&".repeat(prng.pick([3, 999, 1_000, 1_001])) : prng.pick(separators)
    const query = parameters.join(separator)
    return prng.chance(0.3) || query !== "" ? `${path}?${query}` : path
  }

  it(`have one answer only if the route could not tell them apart: ${ROUNDS} of them`, async () => {
    const prng = new Prng(20_261_127)
    let hits = 0
    const wrong: string[] = []
    const round = async (): Promise<void> => {
      const path = addressOf(prng)
      const headers = {
        "x-publishable-api-key": prng.pick(KEYS),
        ...(prng.chance(0.3) && { "x-medusa-locale": prng.pick(["de-DE", "null", "fr"]) }),
        host: prng.pick(["shop", "evil.example.com"]),
        "x-forwarded-host": prng.pick(["shop", "evil.example.com"]),
        "x-original-url": prng.pick(["/", "/store/products/evil"]),
      }
      // What is asked for twice is stored, however many addresses there are.
      await app.ask(path, { headers })
      const cached = await app.ask(path, { headers })
      // Nothing is looked up with a token.
      const fresh = await app.ask(path, { headers: { ...headers, authorization: "Bearer none" } })
      if (cached.cacheStatus.includes("; hit")) hits += 1
      const [a, b] = [cached, fresh].map(({ status, body }) => `${status} ${inOrder(body)}`)
      if (a !== b) wrong.push(`${path} ${JSON.stringify(headers)}: ${a} instead of ${b}`)
    }
    for (let done = 0; done < ROUNDS; done += 10) await Promise.all(Array.from({ length: 10 }, round))
    expect(wrong).toEqual([])
    expect(hits).toBeGreaterThan(ROUNDS / 50)
  })

  it.each([
    [
      "a thousand empty parameters, behind which Express drops the rest",
      `?${"&".repeat(1_000)}id=prod_1`,
      "?id=prod_1",
    ],
    ["a fragment, which Express cuts off", "?z=1#&id=prod_2", "?id=prod_2&z=1#"],
  ])("cannot be given the answer of another one with %s", async (_, written, address) => {
    const path = "/store/products"
    // Another one than that which has been asked for so many addresses: it stores what it is asked for once.
    const fresh = await AnsweringApp.open(routes)
    await fresh.ask(`${path}${written}`)
    await delay(200)
    const { cacheStatus, body } = await fresh.ask(`${path}${address}`)
    await fresh.close()

    expect(cacheStatus).not.toContain("hit")
    expect(JSON.parse(body.toString())).toMatchObject({ query: { id: expect.stringContaining("prod_") as string } })
  })

  it("that are very long are not looked for", async () => {
    const { status, cacheStatus } = await app.ask(`/store/products?a=${"x".repeat(4_000)}`)
    expect({ status, cacheStatus }).toEqual({ status: 200, cacheStatus: "medusa-memcached; fwd=bypass" })
  })
})

/** The body with the properties of each object in one order: parameters may come in any. */
function inOrder(body: Buffer): string {
  const text = body.toString()
  if (!text.startsWith("{")) return text.slice(0, 20)
  return JSON.stringify(JSON.parse(text), (_name, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value
  )
}
