import type { AdminCacheResponse, AdminCacheStatsResponse } from "../../src/types/http"

export const ADMINISTRATOR = { email: "admin@example.com", password: "memcached" }

/** What a visitor needs to know of a shop. */
export interface Catalogue {
  readonly publishableKey: string
  readonly productId: string
}

interface InvalidationAnswer {
  readonly result: { readonly state: string; readonly providerId: string; readonly total: number }
}

/** The shop as its visitors and its administrator use it over HTTP. */
export class ShopClient {
  readonly url: string
  readonly #token: string

  private constructor(url: string, token: string) {
    this.url = url
    this.#token = token
  }

  static async logIn(url: string): Promise<ShopClient> {
    const { token } = await answerOf<{ token: string }>(
      fetch(`${url}/auth/user/emailpass`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(ADMINISTRATOR),
      })
    )
    return new ShopClient(url, token)
  }

  /** A product on sale, and the key with which a shop window asks for it. */
  async createCatalogue(): Promise<Catalogue> {
    const { sales_channels: channels } = await this.#admin<{ sales_channels: { id: string }[] }>(
      "/admin/sales-channels"
    )
    const channelIds = channels.map(({ id }) => id)
    const { api_key: key } = await this.#admin<{ api_key: { id: string; token: string } }>("/admin/api-keys", {
      title: "Shop window",
      type: "publishable",
    })
    await this.#admin(`/admin/api-keys/${key.id}/sales-channels`, { add: channelIds })
    const { product } = await this.#admin<{ product: { id: string } }>("/admin/products", {
      title: "Teapot",
      status: "published",
      sales_channels: channelIds.map((id) => ({ id })),
      options: [{ title: "Size", values: ["Small"] }],
      variants: [{ title: "Small", options: { Size: "Small" }, prices: [{ amount: 20, currency_code: "eur" }] }],
    })
    return { publishableKey: key.token, productId: product.id }
  }

  /** For programs. Medusa shows it this once. */
  async createSecretKey(): Promise<string> {
    const { api_key: key } = await this.#admin<{ api_key: { token: string } }>("/admin/api-keys", {
      title: "Command line",
      type: "secret",
    })
    return key.token
  }

  async rename(productId: string, title: string): Promise<void> {
    await this.#admin(`/admin/products/${productId}`, { title })
  }

  /** By a query of Medusa itself, which it caches without being asked to. */
  async productTitles({ publishableKey }: Catalogue): Promise<string[]> {
    const answer = await this.#store<{ products: { title: string }[] }>("/store/products?fields=title", publishableKey)
    return answer.products.map(({ title }) => title)
  }

  /** By the fixture's own query. */
  async ownTitles({ publishableKey }: Catalogue, provider?: string): Promise<string[]> {
    const path = `/store/titles${provider === undefined ? "" : `?provider=${provider}`}`
    return (await this.#store<{ titles: string[] }>(path, publishableKey)).titles
  }

  /** By the fixture's own code, which runs the workflow of the package. */
  async finishImport(productId: string): Promise<InvalidationAnswer["result"]> {
    return (await this.#admin<InvalidationAnswer>("/admin/imports", { product_ids: [productId] })).result
  }

  async cache(): Promise<AdminCacheResponse["cache"]> {
    return (await this.#admin<AdminCacheResponse>("/admin/cache")).cache
  }

  /** Lookups of the last hour that were answered with an entry that has products in it. */
  async productHits(): Promise<number> {
    const { stats } = await this.#admin<AdminCacheStatsResponse>("/admin/cache/stats?range=1h")
    return stats.by_entity.find(({ entity }) => entity === "Product")?.hits ?? 0
  }

  #admin<T>(path: string, body?: object): Promise<T> {
    return answerOf<T>(
      fetch(this.url + path, {
        method: body === undefined ? "GET" : "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${this.#token}` },
        body: body === undefined ? undefined : JSON.stringify(body),
      })
    )
  }

  #store<T>(path: string, publishableKey: string): Promise<T> {
    return answerOf<T>(fetch(this.url + path, { headers: { "x-publishable-api-key": publishableKey } }))
  }
}

async function answerOf<T>(request: Promise<Response>): Promise<T> {
  const response = await request
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`)
  return (await response.json()) as T
}
