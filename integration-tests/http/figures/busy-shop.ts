import type { AxiosInstance } from "axios"
import type { AdminCacheStatsResponse } from "../../../src/types/http"
import { eventually } from "../../../testing/eventually"
import { CacheAdmin } from "../admin-cache/cache-admin"
import type { Catalogue } from "../catalogue"
import type { MedusaProcess } from "../two-processes/medusa-process"

const ORDERS = ["id", "-id", "title", "-title", "created_at"]
const LIMITS = [9, 10, 11, 12]
/** Twenty pages of about the same size. */
const PAGES = ORDERS.flatMap((order) => LIMITS.map((limit) => ({ order, limit })))
export type Page = (typeof PAGES)[number]

const PATIENCE_MS = 60_000

/** What a request has taken, in milliseconds. */
export interface Taken {
  /** By the clock of the one who asks. */
  readonly byClock: number
  /** For how long processors have worked for the shop's process. */
  readonly byProcessor: number
}

/** A shop in a process of its own, as seen from outside: what requests take, and what its page says they have saved. */
export class BusyShop {
  readonly pages = PAGES
  readonly #api: AxiosInstance
  readonly #admin: CacheAdmin
  readonly #catalogue: Catalogue
  readonly #process: MedusaProcess

  constructor(
    api: AxiosInstance,
    {
      catalogue,
      headers,
      process,
    }: { catalogue: Catalogue; headers: { authorization: string }; process: MedusaProcess }
  ) {
    this.#api = api
    this.#admin = new CacheAdmin(api, headers)
    this.#catalogue = catalogue
    this.#process = process
  }

  async visit({ order, limit }: Page): Promise<void> {
    const { status } = await this.#api.get("/store/products", {
      headers: { "x-publishable-api-key": this.#catalogue.publishableKey },
      params: { order, limit, region_id: this.#catalogue.regionId, fields: "*variants.calculated_price" },
    })
    expect(status).toBe(200)
  }

  async clear(): Promise<void> {
    const { status } = await this.#admin.post("/clear", { all: true })
    expect(status).toBe(200)
  }

  async visitInTurn(pages: readonly Page[]): Promise<void> {
    for (const page of pages) await this.visit(page)
  }

  async visitAtOnce(pages: readonly Page[]): Promise<void> {
    await Promise.all(pages.map((page) => this.visit(page)))
  }

  /** What a request takes that finds nothing in the cache, and has the process for itself. */
  async uncached(): Promise<Taken> {
    const taken: Taken[] = []
    for (const page of PAGES) {
      await this.clear()
      taken.push(await this.#timed([page]))
    }
    const medianOf = (of: keyof Taken): number => taken.map((each) => each[of]).sort((a, b) => a - b)[10] ?? 0
    return { byClock: medianOf("byClock"), byProcessor: medianOf("byProcessor") }
  }

  /** What a request takes that finds everything, on average, and what such a request has saved by the shop's figures. */
  async hits(count: number): Promise<Taken & { readonly savedMs: number }> {
    await this.#untilStored()
    const before = await this.#savedMs()
    const taken = await this.#timed(Array.from({ length: count }, (_, i) => PAGES[i % PAGES.length] ?? PAGES[0]))
    return { ...taken, savedMs: ((await this.#savedMs()) - before) / count }
  }

  async #timed(pages: readonly (Page | undefined)[]): Promise<Taken> {
    const before = await this.#process.call("cpuMs")
    const begun = performance.now()
    for (const page of pages) if (page) await this.visit(page)
    const clockMs = performance.now() - begun
    const after = await this.#process.call("cpuMs")
    return { byClock: clockMs / pages.length, byProcessor: (after - before) / pages.length }
  }

  /** Nobody waits for sets. */
  async #untilStored(): Promise<void> {
    await eventually(
      async () => {
        const before = await this.#totals()
        await this.visitInTurn(PAGES)
        const after = await this.#totals()
        return after.lookups - before.lookups - (after.hits - before.hits)
      },
      (misses) => misses === 0,
      PATIENCE_MS
    )
  }

  async #savedMs(): Promise<number> {
    return (await this.#totals()).time_saved_ms
  }

  async #totals() {
    return (await this.#admin.get<AdminCacheStatsResponse>("/stats?range=1h")).data.stats.totals
  }
}
