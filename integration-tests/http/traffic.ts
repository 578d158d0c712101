import { setTimeout as delay } from "node:timers/promises"
import { eventually } from "../../testing/eventually"
import { RunningClock } from "../../testing/running-time"
import type { Shop } from "./shop"

export interface TrafficReport {
  readonly requests: number
  readonly failures: string[]
  /** Requests that began after an edit was acknowledged, and showed what was before it. */
  readonly stale: string[]
  /** Of the time in which this process could run, which has the shop in it. */
  readonly slowestMs: number
}

const VISITORS = 3
/** With three of them a request begins every few dozen milliseconds: before, during and after each edit. */
const VISITOR_PAUSE_MS = 50

/** A dozen lists out of the database, on a machine that is busy with something else. */
const PATIENCE_MS = 120_000

/** Visitors who read the product list again and again, while the title of one product counts the edits of it. */
export class Traffic {
  readonly #shop: Shop
  readonly #productId: string
  readonly #failures: string[] = []
  readonly #stale: string[] = []
  readonly #clock = new RunningClock()
  readonly #visitors: Promise<void>[]
  #acknowledged = 0
  #requests = 0
  #slowestMs = 0
  #stopped = false

  private constructor(shop: Shop, productId: string) {
    this.#shop = shop
    this.#productId = productId
    this.#visitors = Array.from({ length: VISITORS }, () => this.#visit())
  }

  /** Gives the product its first version, and lets the visitors in. */
  static async start(shop: Shop, productId: string): Promise<Traffic> {
    await shop.updateProduct(productId, { title: titleFor(0) })
    return new Traffic(shop, productId)
  }

  /** Returns when so many more requests were answered. */
  async continueFor(requests: number): Promise<void> {
    const enough = this.#requests + requests
    await eventually(
      () => this.#requests,
      (count) => count >= enough,
      PATIENCE_MS
    )
  }

  async edit(): Promise<void> {
    const version = this.#acknowledged + 1
    await this.#shop.updateProduct(this.#productId, { title: titleFor(version) })
    this.#acknowledged = version
  }

  async stop(): Promise<TrafficReport> {
    this.#stopped = true
    await Promise.all(this.#visitors)
    this.#clock.stop()
    return {
      requests: this.#requests,
      failures: this.#failures,
      stale: this.#stale,
      slowestMs: Math.round(this.#slowestMs),
    }
  }

  async #visit(): Promise<void> {
    while (!this.#stopped) {
      const acknowledged = this.#acknowledged
      const startedAt = this.#clock.now()
      try {
        const title = await this.#shop.titleOf(this.#productId)
        const version = Number(title?.replace("version ", ""))
        if (!(version >= acknowledged)) this.#stale.push(`"${title ?? "nothing"}" after version ${acknowledged}`)
      } catch (error) {
        this.#failures.push(String(error))
      }
      this.#slowestMs = Math.max(this.#slowestMs, this.#clock.now() - startedAt)
      this.#requests += 1
      await delay(VISITOR_PAUSE_MS)
    }
  }
}

function titleFor(version: number): string {
  return `version ${version}`
}
