import { ADMINISTRATOR } from "../settings"
import type { Shop } from "../shop"

/** More than any request takes in a store that works: what takes longer counts as failed. */
const TIMEOUT_MS = 10_000

/** RFC 9211: `medusa-memcached; hit; ttl=3590`. */
const HIT = /^medusa-memcached; hit\b/

export interface Product {
  id: string
  title: string
}

export interface ListAnswer {
  products: Product[]
  body: string
  durationMs: number
  /** Whether it came from the cache as a whole. */
  isHit: boolean
}

/** The two APIs of the store, as a web shop and a dashboard use them. */
export class ShopClient {
  readonly #url: string
  readonly #shop: Shop
  #token = ""

  constructor(url: string, shop: Shop) {
    this.#url = url
    this.#shop = shop
  }

  /** Asks as a visitor, or past the stored answers, as the dashboard's user may. */
  async list(path: string, { isBypassing = false } = {}): Promise<ListAnswer> {
    const started = performance.now()
    const response = await fetch(this.#url + path, {
      headers: {
        "x-publishable-api-key": this.#shop.publishableKey,
        ...(isBypassing && { authorization: `Bearer ${this.#token}`, "cache-control": "no-cache" }),
      },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const body = await response.text()
    const durationMs = performance.now() - started
    expectOk(response, path)
    const { products } = JSON.parse(body) as { products: Product[] }
    return { products, body, durationMs, isHit: HIT.test(response.headers.get("cache-status") ?? "") }
  }

  async logIn(): Promise<void> {
    const { token } = await this.#post<{ token: string }>("/auth/user/emailpass", ADMINISTRATOR)
    this.#token = token
  }

  async rename(product: Product): Promise<void> {
    await this.#post(`/admin/products/${product.id}`, { title: product.title })
  }

  async #post<T>(path: string, body: unknown): Promise<T> {
    const response = await fetch(this.#url + path, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${this.#token}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    expectOk(response, path)
    return (await response.json()) as T
  }
}

function expectOk(response: Response, path: string): void {
  if (!response.ok) {
    throw new Error(`${path} answered ${response.status}`)
  }
}
