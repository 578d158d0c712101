import type { AxiosInstance } from "axios"
import type { MedusaContainer } from "@medusajs/framework/types"
import type { Catalogue } from "../catalogue"
import { stockVariant } from "../changes/stock"
import type { MedusaProcess } from "../two-processes/medusa-process"

interface Created {
  readonly id: string
}

/** More than all changes sell. */
const PIECES = 20

/** The shop that is changed, and what the changes and the readers know of it. */
export interface World {
  readonly container: MedusaContainer
  readonly databaseUrl: string
  readonly catalogue: Catalogue
  /** The process that is booted here. */
  readonly http: AxiosInstance
  /** Another process with the same cache. */
  readonly other: MedusaProcess
  /** A publishable key of another sales channel, in which only the first product is. */
  readonly otherKey: string
  readonly otherKeyId: string
  readonly otherChannelId: string
  readonly dollarRegionId: string
  readonly collectionId: string
  readonly typeId: string
  readonly tagId: string
  /** Of the category in which all products are. */
  readonly childCategoryId: string
  readonly locationId: string
  /** Where the first product's first variant is. */
  readonly warehouseId: string
  readonly shippingOptionId: string
  readonly priceListId: string
  readonly post: <T = unknown>(path: string, body: object) => Promise<T>
  readonly get: <T>(path: string) => Promise<T>
  readonly remove: (path: string, body?: object) => Promise<unknown>
  /** All visitors look, in both processes. */
  readonly look: () => Promise<void>
}

type Base = Pick<World, "container" | "catalogue" | "http" | "other" | "databaseUrl" | "look"> & {
  readonly headers: { readonly authorization: string }
}

/** Adds to the catalogue what the readers look for: a collection, a type, a tag, a price list, stock, another channel. */
export async function prepareWorld({ headers, ...base }: Base): Promise<World> {
  const { http, container, catalogue } = base
  /** An error says what was asked for. */
  const send = async <T>(method: string, url: string, options: object): Promise<T> => {
    const { data, status } = await http.request<T>({ method, url, headers, ...options, validateStatus: () => true })
    if (status >= 400) throw new Error(`${method} ${url}: ${status} ${JSON.stringify(data)}`)
    return data
  }
  const post: World["post"] = (path, body) => send("POST", `/admin${path}`, { data: body })
  const get: World["get"] = (path) => send("GET", `/admin${path}`, {})
  const remove: World["remove"] = (path, body) => send("DELETE", `/admin${path}`, { data: body })

  const { collection } = await post<{ collection: Created }>("/collections", { title: "Summer" })
  const { product_type: type } = await post<{ product_type: Created }>("/product-types", { value: "Clothes" })
  const { product_tag: tag } = await post<{ product_tag: Created }>("/product-tags", { value: "new" })
  const { product_category: child } = await post<{ product_category: Created }>("/product-categories", {
    ...{ name: "Short", handle: "short", is_active: true, parent_category_id: catalogue.categoryId },
  })
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
  const warehouseId = await stockVariant(container, catalogue, PIECES)
  return {
    ...{ ...base, post, get, remove, warehouseId },
    shippingOptionId: await createShipping({ post, get }, warehouseId),
    otherKey: key.token,
    otherKeyId: key.id,
    otherChannelId: channel.id,
    dollarRegionId: region.id,
    collectionId: collection.id,
    typeId: type.id,
    tagId: tag.id,
    childCategoryId: child.id,
    locationId: location.id,
    priceListId: list.id,
  }
}

/** Returns the id of a way in which goods are sent from a location. */
async function createShipping({ post, get }: Pick<World, "post" | "get">, locationId: string): Promise<string> {
  const at = `/stock-locations/${locationId}`
  await post(`${at}/fulfillment-providers`, { add: ["manual_manual"] })
  await post(`${at}/fulfillment-sets`, { name: "Shipping", type: "shipping" })
  const sets = await get<{ stock_location: { fulfillment_sets: Created[] } }>(`${at}?fields=*fulfillment_sets`)
  const { fulfillment_set: set } = await post<{ fulfillment_set: { service_zones: Created[] } }>(
    `/fulfillment-sets/${sets.stock_location.fulfillment_sets[0]?.id ?? ""}/service-zones`,
    { name: "Europe", geo_zones: [{ type: "country", country_code: "de" }] }
  )
  const { shipping_profile: profile } = await post<{ shipping_profile: Created }>("/shipping-profiles", {
    name: "Parcel",
    type: "parcel",
  })
  const { shipping_option: option } = await post<{ shipping_option: Created }>("/shipping-options", {
    name: "Parcel",
    price_type: "flat",
    provider_id: "manual_manual",
    service_zone_id: set.service_zones[0]?.id,
    shipping_profile_id: profile.id,
    type: { label: "Parcel", code: "parcel", description: "By mail" },
    prices: [{ currency_code: "eur", amount: 5 }],
  })
  return option.id
}
