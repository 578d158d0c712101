import type { AxiosInstance } from "axios"
import type { MedusaContainer } from "@medusajs/framework/types"
import type { Catalogue } from "../catalogue"

interface Created {
  readonly id: string
}

/** The shop that is changed, and what the changes and the readers know of it. */
export interface World {
  readonly container: MedusaContainer
  readonly catalogue: Catalogue
  /** A publishable key of another sales channel, in which only the first product is. */
  readonly otherKey: string
  readonly otherChannelId: string
  readonly dollarRegionId: string
  readonly collectionId: string
  readonly typeId: string
  readonly tagId: string
  readonly locationId: string
  readonly priceListId: string
  readonly post: <T = unknown>(path: string, body: object) => Promise<T>
  readonly get: <T>(path: string) => Promise<T>
  readonly remove: (path: string, body?: object) => Promise<unknown>
  /** As a visitor. */
  readonly storePost: <T = unknown>(path: string, body: object) => Promise<T>
}

type Base = Pick<World, "container" | "catalogue"> & {
  readonly api: AxiosInstance
  readonly headers: { readonly authorization: string }
}

/** Adds to the catalogue what the readers look for: a collection, a type, a tag, a price list, stock, another channel. */
export async function prepareWorld({ api, headers, container, catalogue }: Base): Promise<World> {
  const asAdmin = { headers }
  const asVisitor = { headers: { "x-publishable-api-key": catalogue.publishableKey } }
  /** An error of axios holds its socket, which no test runner can report. */
  const send = async <T>(method: string, url: string, options: object): Promise<T> => {
    const { data, status } = await api.request<T>({ method, url, ...options, validateStatus: () => true })
    if (status >= 400) throw new Error(`${method} ${url}: ${status} ${JSON.stringify(data)}`)
    return data
  }
  const post: World["post"] = (path, body) => send("POST", `/admin${path}`, { ...asAdmin, data: body })
  const get: World["get"] = (path) => send("GET", `/admin${path}`, asAdmin)
  const remove: World["remove"] = (path, body) => send("DELETE", `/admin${path}`, { ...asAdmin, data: body })
  const storePost: World["storePost"] = (path, body) => send("POST", `/store${path}`, { ...asVisitor, data: body })

  const { collection } = await post<{ collection: Created }>("/collections", { title: "Summer" })
  const { product_type: type } = await post<{ product_type: Created }>("/product-types", { value: "Clothes" })
  const { product_tag: tag } = await post<{ product_tag: Created }>("/product-tags", { value: "new" })
  const { sales_channel: channel } = await post<{ sales_channel: Created }>("/sales-channels", { name: "Outlet" })
  const { api_key: key } = await post<{ api_key: Created & { token: string } }>("/api-keys", {
    title: "Outlet",
    type: "publishable",
  })
  await post(`/api-keys/${key.id}/sales-channels`, { add: [channel.id] })
  const { region } = await post<{ region: Created }>("/regions", {
    name: "America",
    currency_code: "usd",
    countries: ["us"],
  })
  const [first, second] = catalogue.products
  for (const product of [first, second]) {
    await post(`/products/${product?.id ?? ""}`, {
      collection_id: collection.id,
      type_id: type.id,
      tags: [{ id: tag.id }],
      images: [{ url: "http://localhost/a.png" }],
    })
  }
  await post(`/sales-channels/${channel.id}/products`, { add: [first?.id] })
  const { stock_location: location } = await post<{ stock_location: Created }>("/stock-locations", { name: "Berlin" })
  await post(`/stock-locations/${location.id}/sales-channels`, { add: [catalogue.salesChannelId] })
  const { price_list: list } = await post<{ price_list: Created }>("/price-lists", {
    title: "Sale",
    description: "Everything",
    status: "active",
    type: "sale",
    prices: [{ amount: 7, currency_code: "eur", variant_id: second?.variantId }],
  })
  return {
    ...{ container, catalogue, post, get, remove, storePost },
    otherKey: key.token,
    otherChannelId: channel.id,
    dollarRegionId: region.id,
    collectionId: collection.id,
    typeId: type.id,
    tagId: tag.id,
    locationId: location.id,
    priceListId: list.id,
  }
}
