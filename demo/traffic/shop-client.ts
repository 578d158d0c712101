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

  async list(path: string): Promise<ListAnswer> {
    const started = performance.now()
    const response = await fetch(this.#url + path, {
      headers: { "x-publishable-api-key": this.#shop.publishableKey },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const text = await response.text()
    const durationMs = performance.now() - started
    expectOk(response, path)
    const { products } = JSON.parse(text) as { products: Product[] }
    return { products, durationMs, isHit: HIT.test(response.headers.get("cache-status") ?? "") }
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
