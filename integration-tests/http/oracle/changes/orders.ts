import { completedOrder } from "../../changes/stock"
import { type Change, type Created, firstOf, nth, type Notes } from "./change"
import type { World } from "../world"

interface Order extends Created {
  readonly items: readonly (Created & { readonly title: string })[]
  readonly fulfillments: readonly Created[]
}

const buy = async (w: World, notes: Notes, name: string): Promise<Order> => {
  const id = await completedOrder(w.http, w.catalogue)
  notes.set(name, id)
  return orderOf(w, id)
}

const orderOf = async (w: World, id: string): Promise<Order> =>
  (await w.get<{ order: Order }>(`/orders/${id}?fields=*items,*fulfillments`)).order

const itemsOf = ({ items }: Order) => items.map(({ id }) => ({ id, quantity: 1 }))

/** Goods that are sold, sent, not sent after all, and given back. */
export const ORDER_CHANGES: readonly Change[] = [
  { by: "POST /store/carts/:id/complete", isSampled: true, make: (w, notes) => buy(w, notes, "order") },
  {
    by: "POST /admin/orders/:id/fulfillments",
    make: async (w, notes) => {
      const order = await orderOf(w, notes.get("order"))
      await w.post(`/orders/${order.id}/fulfillments`, {
        items: itemsOf(order),
        location_id: w.warehouseId,
        shipping_option_id: w.shippingOptionId,
      })
    },
  },
  {
    by: "POST /admin/orders/:id/fulfillments/:fulfillment_id/cancel",
    make: async (w, notes) => {
      const order = await orderOf(w, notes.get("order"))
      await w.post(`/orders/${order.id}/fulfillments/${nth(order.fulfillments, 0).id}/cancel`, {})
    },
  },
  { by: "POST /admin/orders/:id/cancel", make: (w, notes) => w.post(`/orders/${notes.get("order")}/cancel`, {}) },
  {
    by: "POST /admin/order-edits/:id/confirm",
    make: async (w, notes) => {
      const order = await buy(w, notes, "sent order")
      await w.post("/order-edits", { order_id: order.id })
      await w.post(`/order-edits/${order.id}/items`, {
        items: [{ variant_id: firstOf(w).variantId, quantity: 1 }],
      })
      await w.post(`/order-edits/${order.id}/request`, {})
      await w.post(`/order-edits/${order.id}/confirm`, {})
    },
  },
  {
    by: "POST /admin/returns/:id/receive/confirm",
    make: async (w, notes) => {
      const order = await orderOf(w, notes.get("sent order"))
      const items = [{ id: nth(order.items, 0).id, quantity: 1 }]
      await w.post(`/orders/${order.id}/fulfillments`, {
        items,
        location_id: w.warehouseId,
        shipping_option_id: w.shippingOptionId,
      })
      const { return: returned } = await w.post<{ return: Created }>("/returns", {
        order_id: order.id,
        location_id: w.warehouseId,
      })
      const at = `/returns/${returned.id}`
      await w.post(`${at}/request-items`, { items })
      await w.post(`${at}/request`, {})
      await w.post(`${at}/receive`, {})
      await w.post(`${at}/receive-items`, { items })
      await w.post(`${at}/receive/confirm`, {})
    },
  },
  {
    by: "POST /admin/draft-orders/:id/convert-to-order",
    make: async (w) => {
      const { draft_order: draft } = await w.post<{ draft_order: Created }>("/draft-orders", {
        email: "customer@example.com",
        region_id: w.catalogue.regionId,
        sales_channel_id: w.catalogue.salesChannelId,
        items: [{ variant_id: firstOf(w).variantId, quantity: 1 }],
      })
      await w.post(`/draft-orders/${draft.id}/convert-to-order`, {})
    },
  },
]
