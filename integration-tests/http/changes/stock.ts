import type { AxiosInstance } from "axios"
import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import type { Catalogue } from "../catalogue"

const PAYMENT_PROVIDER = "pp_system_default"

/**
 * Gives a variant this many pieces, in a warehouse that the channel sells from, and lets customers of the region pay.
 * Returns the warehouse's id.
 */
export async function stockVariant(
  container: MedusaContainer,
  catalogue: Catalogue,
  quantity: number
): Promise<string> {
  const variantId = catalogue.products[0]?.variantId ?? ""
  const link = container.resolve(ContainerRegistrationKeys.LINK)
  const location = await container.resolve(Modules.STOCK_LOCATION).createStockLocations({ name: "Warehouse" })
  const inventory = container.resolve(Modules.INVENTORY)
  const item = await inventory.createInventoryItems({ sku: "SHIRT-0-S", requires_shipping: false })
  await inventory.createInventoryLevels({
    inventory_item_id: item.id,
    location_id: location.id,
    stocked_quantity: quantity,
  })
  await container.resolve(Modules.PRODUCT).updateProductVariants(variantId, { manage_inventory: true })
  await link.create([
    {
      [Modules.REGION]: { region_id: catalogue.regionId },
      [Modules.PAYMENT]: { payment_provider_id: PAYMENT_PROVIDER },
    },
    {
      [Modules.SALES_CHANNEL]: { sales_channel_id: catalogue.salesChannelId },
      [Modules.STOCK_LOCATION]: { stock_location_id: location.id },
    },
    {
      [Modules.PRODUCT]: { variant_id: variantId },
      [Modules.INVENTORY]: { inventory_item_id: item.id },
    },
  ])
  return location.id
}

/** Somebody buys a piece. Returns the order's id. */
export async function completedOrder(http: AxiosInstance, catalogue: Catalogue): Promise<string> {
  const cart = await fillCart(http, catalogue)
  const headers = { "x-publishable-api-key": catalogue.publishableKey }
  const { data } = await http.post<{ order: { id: string } }>(`/store/carts/${cart}/complete`, {}, { headers })
  return data.order.id
}

/** A cart with one piece of it, ready to be paid. */
export async function fillCart(http: AxiosInstance, catalogue: Catalogue): Promise<string> {
  const headers = { "x-publishable-api-key": catalogue.publishableKey }
  const post = async <T>(path: string, body: object): Promise<T> =>
    (await http.post<T>(`/store${path}`, body, { headers })).data
  const { cart } = await post<{ cart: { id: string } }>("/carts", {
    region_id: catalogue.regionId,
    email: "customer@example.com",
    items: [{ variant_id: catalogue.products[0]?.variantId, quantity: 1 }],
  })
  const { payment_collection } = await post<{ payment_collection: { id: string } }>("/payment-collections", {
    cart_id: cart.id,
  })
  await post(`/payment-collections/${payment_collection.id}/payment-sessions`, { provider_id: PAYMENT_PROVIDER })
  return cart.id
}

/** Whoever pays is declined, after `look`. Returns what ends that. */
function declinePayments(container: MedusaContainer, look: () => Promise<void>): () => void {
  const { paymentProviderService_: providers } = container.resolve(Modules.PAYMENT) as unknown as {
    paymentProviderService_: { authorizePayment: () => Promise<never> }
  }
  const spy = jest.spyOn(providers, "authorizePayment").mockImplementation(async () => {
    await look()
    throw new Error("Declined")
  })
  return () => spy.mockRestore()
}

/** Somebody wants to buy a piece, and is declined after `look`. */
export async function buyInVain(
  http: AxiosInstance,
  container: MedusaContainer,
  catalogue: Catalogue,
  look: () => Promise<void>
): Promise<void> {
  const cart = await fillCart(http, catalogue)
  const accept = declinePayments(container, look)
  const headers = { "x-publishable-api-key": catalogue.publishableKey }
  const { data } = await http.post<{ type: string }>(`/store/carts/${cart}/complete`, {}, { headers })
  accept()
  expect(data.type).toBe("cart")
}
