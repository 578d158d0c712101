import type { AxiosInstance } from "axios"
import { inFixedOrder } from "../shop"
import type { Reader } from "./readers"

/** Requests at a time. More would only wait for each other. */
const AT_ONCE = 4

const PAUSE_MS = 20

/** Whether everything is tried, which takes a while, or what every run has. */
export const isFull = process.env.ORACLE === "full"

interface Shops {
  /** With one cache. */
  readonly cached: readonly AxiosInstance[]
  /** Without any cache. */
  readonly uncached: AxiosInstance
}

/** Asks with and without the cache, and compares. */
export class Oracle {
  readonly found = { compared: 0, differences: 0, hits: 0, during: 0 }
  readonly #shops: Shops
  readonly #readers: readonly Reader[]

  constructor(shops: Shops, readers: readonly Reader[]) {
    this.#shops = shops
    this.#readers = readers
  }

  /** Asks each shop with a cache once. */
  async warm(readers = this.#readers, shops = this.#shops.cached): Promise<void> {
    await inTurn(readers, async (reader) => {
      for (const shop of shops) await ask(shop, reader)
    })
  }

  /** Returns answers that are not found in the cache, although they have been asked for. */
  async missing(): Promise<string[]> {
    const missing: string[] = []
    const [shop] = this.#shops.cached
    await inTurn(this.#readers, async (reader) => {
      const { status, cacheStatus } = shop ? await ask(shop, reader) : { status: 0, cacheStatus: "" }
      if (status !== 200 || !cacheStatus.includes("; hit")) missing.push(nameOf(reader, `${status} ${cacheStatus}`))
    })
    return missing
  }

  /**
   * Changes something while visitors ask, and returns the answers that are wrong afterwards: those of visitors who ask
   * when the change has been answered.
   */
  async differencesAfter(change: () => Promise<unknown>): Promise<string[]> {
    await this.warm()
    let isOver = false
    const asking = this.#askUntil(() => isOver)
    try {
      await change()
    } finally {
      isOver = true
    }
    // Some of them are still under way, and store what they have read before.
    const wrong = await this.differences()
    await asking
    return isFull ? [...wrong, ...(await this.differences())] : wrong
  }

  /** Returns the requests whose answer from the cache is another one than that of the database, and how it was found. */
  async differences(readers = this.#readers, shops = this.#shops.cached): Promise<string[]> {
    const wrong: string[] = []
    await inTurn(readers, async (reader) => {
      const [{ cacheStatus: _, ...truth }, answers] = await Promise.all([
        ask(this.#shops.uncached, reader),
        Promise.all(shops.map((shop) => ask(shop, reader))),
      ])
      for (const { cacheStatus, ...answer } of answers) {
        this.found.compared += 1
        if (cacheStatus.includes("; hit")) this.found.hits += 1
        if (JSON.stringify(answer) !== JSON.stringify(truth)) wrong.push(nameOf(reader, cacheStatus))
      }
    })
    this.found.differences += wrong.length
    return wrong
  }

  /** Asks the shop without a cache. */
  truth(path: string, headers: Reader["headers"]): Promise<{ readonly data: unknown }> {
    return this.#shops.uncached.get<unknown>(path, { headers, validateStatus: () => true })
  }

  async #askUntil(isOver: () => boolean): Promise<void> {
    const asked: Promise<unknown>[] = []
    for (let i = 0; !isOver(); i++) {
      const [shop, reader] = [nth(this.#shops.cached, i), nth(this.#readers, i * 7)]
      if (shop && reader) asked.push(ask(shop, reader))
      this.found.during += 1
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
    await Promise.all(asked)
  }
}

const nth = <T>(list: readonly T[], i: number): T | undefined => list[i % list.length]

async function ask(shop: AxiosInstance, { method, path, headers }: Reader) {
  const answered = await shop.request<unknown>({ method, url: path, headers, validateStatus: () => true })
  const cacheStatus = String(answered.headers["cache-status"] ?? "")
  const { status, data } = answered
  return { status, type: answered.headers["content-type"] as unknown, data: inFixedOrder(data), cacheStatus }
}

const nameOf = ({ method, path, headers }: Reader, status: string): string => {
  const { "x-publishable-api-key": _, ...others } = headers
  return `${method} ${path} ${JSON.stringify(others)}: ${status}`
}

async function inTurn<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items]
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
