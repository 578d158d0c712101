import type { Express } from "express"
import { collectGarbage } from "../../testing/collect-garbage"
import { Prng } from "../../testing/prng"
import { AnsweringApp, readThings, TAG } from "./answering-app"

jest.setTimeout(1_200_000)

const isFull = process.env.ORACLE === "full"
const ANSWERS = isFull ? 100_000 : 4_000
const ADDRESSES = isFull ? 100_000 : 3_000
const AT_ONCE = 32

/** Each answer says for whom it was made. */
const routes = (server: Express): void => {
  server.get("/store/products", (req, res) => {
    readThings()
    const {
      publishable_key_context: key,
      locale = "none",
      auth_context: customer,
    } = req as unknown as {
      publishable_key_context: { key: string }
      locale?: string
      auth_context?: { actor_id: string }
    }
    const { region_id: region, ms } = req.query as Record<string, string>
    const mark = [customer?.actor_id ?? "nobody", key.key, locale, region ?? "", req.get("x-currency") ?? "none"]
    setTimeout(() => res.json({ mark: mark.join(" "), filling: "x".repeat(1_500) }), Number(ms ?? 0))
  })
}

const WHO = {
  customer: ["nobody", "nobody", "cus_retail", "cus_wholesale"],
  key: ["pk_1", "pk_2"],
  locale: ["none", "de-DE", "fr-FR"],
  region: ["reg_eu", "reg_us"],
  currency: ["none", "usd"],
  encoding: ["br", "gzip", "identity"],
}

describe("answers under load", () => {
  let app: AnsweringApp

  beforeAll(async () => {
    app = await AnsweringApp.open(routes, { vary: ["x-currency"] })
  })
  afterAll(() => app.close())

  const visit = async (prng: Prng): Promise<{ isCrossed: boolean; isHit: boolean }> => {
    const { gunzipSync, brotliDecompressSync } = await import("node:zlib")
    const [customer, key, locale] = [prng.pick(WHO.customer), prng.pick(WHO.key), prng.pick(WHO.locale)]
    const [region, currency, encoding] = [prng.pick(WHO.region), prng.pick(WHO.currency), prng.pick(WHO.encoding)]
    const { body, headers, cacheStatus } = await app.ask(`/store/products?region_id=${region}&ms=${prng.below(3)}`, {
      headers: {
        "x-publishable-api-key": key,
        "accept-encoding": encoding,
        ...(customer !== "nobody" && { "x-test-customer": customer }),
        ...(locale !== "none" && { "x-medusa-locale": locale }),
        ...(currency !== "none" && { "x-currency": currency }),
      },
    })
    const coding = headers["content-encoding"]
    const raw = coding === "br" ? brotliDecompressSync(body) : coding === "gzip" ? gunzipSync(body) : body
    const { mark } = JSON.parse(raw.toString()) as { mark: string }
    return {
      isCrossed: mark !== [customer, key, locale, region, currency].join(" ") || (coding ?? encoding) !== encoding,
      isHit: cacheStatus.includes("; hit") || cacheStatus.includes("collapsed"),
    }
  }

  it(`are those of whoever asks: ${ANSWERS} answers`, async () => {
    const prng = new Prng(7)
    let [left, crossed, hits] = [ANSWERS, 0, 0]
    const visitor = async (): Promise<void> => {
      while (left-- > 0) {
        if (left % 500 === 0) void app.clear([TAG])
        const { isCrossed, isHit } = await visit(prng)
        if (isCrossed) crossed += 1
        if (isHit) hits += 1
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, visitor))
    console.info(`leaks: ${JSON.stringify({ answers: ANSWERS, crossed, hits })}`)
    expect(crossed).toBe(0)
    expect(hits).toBeGreaterThan(ANSWERS / 10)
  })

  it(`of one stranger take little memory, whatever he asks for: ${ADDRESSES} addresses`, async () => {
    const memory = (): number => {
      collectGarbage()
      return process.memoryUsage().heapUsed
    }
    const ask = async (from: number, to: number): Promise<void> => {
      let next = from
      const visitor = async (): Promise<void> => {
        while (next < to) await app.ask(`/store/products?region_id=${next++}`)
      }
      await Promise.all(Array.from({ length: AT_ONCE }, visitor))
    }
    // Tables of a fixed size are full then.
    const warmUp = Math.round(ADDRESSES * 0.6)
    await ask(0, warmUp)
    const before = memory()
    await ask(warmUp, ADDRESSES)
    const grownBy = (memory() - before) / 1024 ** 2
    console.info(`a stranger: ${JSON.stringify({ addresses: ADDRESSES, grownByMb: Math.round(grownBy) })}`)
    expect(grownBy).toBeLessThan(64)
  })
})
