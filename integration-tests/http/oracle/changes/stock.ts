import { type Change, type Created, firstOf, nth, secondOf } from "./change"
import type { World } from "../world"

const inventoryOf = async (w: World, { id, variantId }: { id: string; variantId: string }): Promise<string> => {
  interface Variant {
    readonly inventory_items: readonly { readonly inventory_item_id: string }[]
  }
  const { variant } = await w.get<{ variant: Variant }>(
    `/products/${id}/variants/${variantId}?fields=inventory_items.inventory_item_id`
  )
  return nth(variant.inventory_items, 0).inventory_item_id
}

/** How many pieces there are, and where. */
export const STOCK_CHANGES: readonly Change[] = [
  {
    by: "POST /admin/inventory-items",
    make: async (w, notes) => {
      const { inventory_item: item } = await w.post<{ inventory_item: Created }>("/inventory-items", { sku: "S-1" })
      notes.set("item", item.id)
      await w.post(`/products/${secondOf(w).id}/variants/${secondOf(w).variantId}`, { manage_inventory: true })
    },
  },
  {
    by: "POST /admin/products/:id/variants/:variant_id/inventory-items",
    make: (w, notes) =>
      w.post(`/products/${secondOf(w).id}/variants/${secondOf(w).variantId}/inventory-items`, {
        inventory_item_id: notes.get("item"),
        required_quantity: 1,
      }),
  },
  {
    by: "POST /admin/inventory-items/:id/location-levels",
    make: async (w, notes) => {
      const { stock_location: location } = await w.post<{ stock_location: Created }>("/stock-locations", {
        name: "Cellar",
      })
      await w.post(`/stock-locations/${location.id}/sales-channels`, { add: [w.catalogue.salesChannelId] })
      notes.set("location", location.id)
      await w.post(`/inventory-items/${await inventoryOf(w, firstOf(w))}/location-levels`, {
        location_id: location.id,
        stocked_quantity: 5,
      })
    },
  },
  {
    by: "POST /admin/inventory-items/:id/location-levels/:location_id",
    make: async (w, notes) =>
      w.post(`/inventory-items/${await inventoryOf(w, firstOf(w))}/location-levels/${notes.get("location")}`, {
        stocked_quantity: 4,
      }),
  },
  {
    by: "POST /admin/inventory-items/:id/location-levels/batch",
    make: (w, notes) =>
      w.post(`/inventory-items/${notes.get("item")}/location-levels/batch`, {
        create: [{ location_id: w.locationId, stocked_quantity: 7 }],
      }),
  },
  {
    by: "POST /admin/inventory-items/location-levels/batch",
    make: (w, notes) =>
      w.post("/inventory-items/location-levels/batch", {
        create: [{ inventory_item_id: notes.get("item"), location_id: notes.get("location"), stocked_quantity: 9 }],
      }),
  },
  {
    by: "POST /admin/inventory-items/:id",
    make: (w, notes) => w.post(`/inventory-items/${notes.get("item")}`, { title: "A shirt", sku: "S-1-1" }),
  },
  {
    by: "POST /admin/products/:id/variants/:variant_id/inventory-items/:inventory_item_id",
    make: (w, notes) =>
      w.post(`/products/${secondOf(w).id}/variants/${secondOf(w).variantId}/inventory-items/${notes.get("item")}`, {
        required_quantity: 2,
      }),
  },
  {
    by: "POST /admin/products/:id/variants/inventory-items/batch",
    make: async (w, notes) => {
      const { inventory_item: part } = await w.post<{ inventory_item: Created }>("/inventory-items", { sku: "part" })
      notes.set("part", part.id)
      await w.post(`/inventory-items/${part.id}/location-levels`, { location_id: w.locationId, stocked_quantity: 1 })
      const { id, variantId } = secondOf(w)
      await w.post(`/products/${id}/variants/inventory-items/batch`, {
        create: [{ variant_id: variantId, inventory_item_id: part.id, required_quantity: 1 }],
      })
    },
  },
  {
    by: "DELETE /admin/products/:id/variants/:variant_id/inventory-items/:inventory_item_id",
    make: (w, notes) =>
      w.remove(`/products/${secondOf(w).id}/variants/${secondOf(w).variantId}/inventory-items/${notes.get("part")}`),
  },
  {
    by: "POST /admin/reservations",
    make: async (w, notes) => {
      const { reservation } = await w.post<{ reservation: Created }>("/reservations", {
        inventory_item_id: await inventoryOf(w, firstOf(w)),
        location_id: notes.get("location"),
        quantity: 2,
      })
      notes.set("reservation", reservation.id)
    },
  },
  {
    by: "POST /admin/reservations/:id",
    make: (w, notes) => w.post(`/reservations/${notes.get("reservation")}`, { quantity: 1 }),
  },
  { by: "DELETE /admin/reservations/:id", make: (w, notes) => w.remove(`/reservations/${notes.get("reservation")}`) },
  {
    by: "DELETE /admin/inventory-items/:id/location-levels/:location_id",
    make: async (w, notes) => {
      const level = `/inventory-items/${notes.get("item")}/location-levels/${notes.get("location")}`
      await w.post(level, { stocked_quantity: 0 })
      await w.remove(level)
    },
  },
  { by: "DELETE /admin/inventory-items/:id", make: (w, notes) => w.remove(`/inventory-items/${notes.get("item")}`) },
  {
    by: "POST /admin/stock-locations",
    make: async (w, notes) => {
      const { stock_location: location } = await w.post<{ stock_location: Created }>("/stock-locations", {
        name: "Attic",
      })
      notes.set("attic", location.id)
    },
  },
  {
    by: "POST /admin/stock-locations/:id",
    make: (w, notes) => w.post(`/stock-locations/${notes.get("attic")}`, { name: "Loft" }),
  },
  {
    by: "DELETE /admin/stock-locations/:id",
    make: (w, notes) => w.remove(`/stock-locations/${notes.get("location")}`),
  },
]
