import type {
  AdminCacheClearsResponse,
  AdminCacheEntriesResponse,
  AdminCacheResponse,
  AdminCacheStatsResponse,
  AdminCacheTagResponse,
} from "../../src/types/http"
import { ADMINISTRATOR, type RunningStore } from "./store"

interface Product {
  readonly id: string
  readonly title: string
}

/** The shop as its visitors and its administrator's scripts use it, beside the browser. */
export class StoreClient {
  readonly #store: RunningStore
  readonly #token: string

  private constructor(store: RunningStore, token: string) {
    this.#store = store
    this.#token = token
  }

  static async logIn(store: RunningStore): Promise<StoreClient> {
    const { token } = await answerOf<{ token: string }>(
      fetch(`${store.url}/auth/user/emailpass`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(ADMINISTRATOR),
      })
    )
    return new StoreClient(store, token)
  }

  /** A list of products as a page of the storefront asks for it. */
  async listProducts(limit = 12): Promise<readonly Product[]> {
    const [region] = this.#store.shop.regions
    if (region === undefined) throw new Error("The shop has no region")
    const query = new URLSearchParams({
      limit: String(limit),
      region_id: region.id,
      fields: "*variants.calculated_price",
      // Products of one batch were created at the same moment, and Postgres returns those in no fixed order.
      order: "id",
    })
    const { products } = await answerOf<{ products: Product[] }>(
      fetch(`${this.#store.url}/store/products?${query.toString()}`, {
        headers: { "x-publishable-api-key": this.#store.shop.publishableKey },
      })
    )
    return products
  }

  async rename(productId: string, title: string): Promise<void> {
    await this.#admin(`/admin/products/${productId}`, { method: "POST", body: JSON.stringify({ title }) })
  }

  async clearEverything(): Promise<void> {
    await this.#admin("/admin/cache/clear", { method: "POST", body: JSON.stringify({ all: true }) })
  }

  async firstOf(list: "collections" | "product-categories" | "regions"): Promise<string> {
    const answer = await this.#admin<Record<string, { id: string }[]>>(`/admin/${list}?limit=1&fields=id`)
    const id = answer[list.replace("-", "_")]?.[0]?.id
    if (id === undefined) throw new Error(`The shop has no ${list}`)
    return id
  }

  overview = () => this.#admin<AdminCacheResponse>("/admin/cache")
  stats = () => this.#admin<AdminCacheStatsResponse>("/admin/cache/stats?range=1h")
  entries = () => this.#admin<AdminCacheEntriesResponse>("/admin/cache/entries?limit=8")
  clears = () => this.#admin<AdminCacheClearsResponse>("/admin/cache/clears?limit=50")
  tag = (tag: string) => this.#admin<AdminCacheTagResponse>(`/admin/cache/tag?tag=${encodeURIComponent(tag)}`)

  #admin<T>(path: string, init: RequestInit = {}): Promise<T> {
    return answerOf<T>(
      fetch(this.#store.url + path, {
        ...init,
        headers: { "content-type": "application/json", authorization: `Bearer ${this.#token}` },
      })
    )
  }
}

async function answerOf<T>(request: Promise<Response>): Promise<T> {
  const response = await request
  if (!response.ok) {
    throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`)
  }
  return (await response.json()) as T
}
