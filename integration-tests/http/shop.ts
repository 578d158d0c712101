import type { AxiosInstance } from "axios"
import type { HttpTypes } from "@medusajs/framework/types"
import type { Catalogue } from "./catalogue"

export interface ProductPage {
  readonly products: HttpTypes.StoreProduct[]
  readonly count: number
}

/** The shop as its visitors and its editors use it: over HTTP. */
export class Shop {
  readonly catalogue: Catalogue
  readonly #api: AxiosInstance
  readonly #adminHeaders: { authorization: string }

  constructor(api: AxiosInstance, catalogue: Catalogue, adminHeaders: { authorization: string }) {
    this.#api = api
    this.catalogue = catalogue
    this.#adminHeaders = adminHeaders
  }

  /** The list as a page of the shop asks for it. Another `limit` is another query, and so another entry. */
  async listProducts(limit = 50): Promise<ProductPage> {
    const { data, status } = await this.#api.get<ProductPage>("/store/products", {
      headers: { "x-publishable-api-key": this.catalogue.publishableKey },
      params: {
        limit,
        region_id: this.catalogue.regionId,
        fields: "*variants.calculated_price,+variants.prices.*,*categories",
        order: "id",
      },
    })
    expect(status).toBe(200)
    return { ...data, products: inFixedOrder(data.products) }
  }

  /** The title that the shop shows for a product, undefined when it is not in the list. */
  async titleOf(productId: string): Promise<string | undefined> {
    const { products } = await this.listProducts()
    return products.find((product) => product.id === productId)?.title
  }

  async updateProduct(productId: string, body: HttpTypes.AdminUpdateProduct): Promise<void> {
    await this.#post(`/admin/products/${productId}`, body)
  }

  async updateVariant(productId: string, variantId: string, body: HttpTypes.AdminUpdateProductVariant): Promise<void> {
    await this.#post(`/admin/products/${productId}/variants/${variantId}`, body)
  }

  async updateCategory(categoryId: string, body: HttpTypes.AdminUpdateProductCategory): Promise<void> {
    await this.#post(`/admin/product-categories/${categoryId}`, body)
  }

  async createProduct(body: object): Promise<void> {
    await this.#post("/admin/products", body)
  }

  async deleteProduct(productId: string): Promise<void> {
    const { status } = await this.#api.delete(`/admin/products/${productId}`, { headers: this.#adminHeaders })
    expect(status).toBe(200)
  }

  async #post(path: string, body: object): Promise<void> {
    const { status } = await this.#api.post(path, body, { headers: this.#adminHeaders })
    expect(status).toBe(200)
  }
}

/** Postgres returns what belongs to a product in any order, and not always in the same one. */
export function inFixedOrder<T>(value: T): T {
  return sorted(value) as T
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]: [string, unknown]) => [name, sorted(part)]))
}

const nameOf = (item: unknown): string => (item as { id?: string } | null)?.id ?? JSON.stringify(item)
