import { updateProductsWorkflow } from "@medusajs/medusa/core-flows"
import { Modules } from "@medusajs/framework/utils"
import { newProduct } from "../catalogue"
import type { World } from "./world"

interface Created {
  readonly id: string
}

/** A change of the shop, by the route or the code that makes it. They are made in this order, on one database. */
export interface Change {
  readonly by: string
  readonly make: (world: World, memory: Map<string, string>) => Promise<unknown>
}

const first = ({ catalogue }: World) => catalogue.products[0] ?? { id: "", variantId: "" }
const second = ({ catalogue }: World) => catalogue.products[1] ?? { id: "", variantId: "" }

/** Changes of everything that an answer to a visitor can be made of. */
export const CHANGES: readonly Change[] = [
  { by: "POST /admin/products/:id", make: (w) => w.post(`/products/${first(w).id}`, { title: "Another title" }) },
  {
    by: "POST /admin/products",
    make: async (w, memory) => {
      const { product } = await w.post<{ product: Created }>(
        "/products",
        newProduct("Shirt 99", w.catalogue.salesChannelId)
      )
      memory.set("product", product.id)
    },
  },
  {
    by: "POST /admin/products/:id/variants",
    make: (w) =>
      w.post(`/products/${second(w).id}/variants`, {
        title: "L",
        options: { Size: "M" },
        prices: [{ amount: 4, currency_code: "eur" }],
      }),
  },
  {
    by: "POST /admin/products/:id/variants/:variant_id",
    make: (w) =>
      w.post(`/products/${first(w).id}/variants/${first(w).variantId}`, {
        title: "XS",
        prices: [{ amount: 3, currency_code: "eur" }],
      }),
  },
  {
    by: "POST /admin/products/batch",
    make: (w) => w.post("/products/batch", { update: [{ id: second(w).id, subtitle: "Softer" }] }),
  },
  {
    by: "DELETE /admin/products/:id",
    make: (w, memory) => w.remove(`/products/${memory.get("product") ?? ""}`),
  },
  {
    by: "POST /admin/product-categories/:id",
    make: (w) => w.post(`/product-categories/${w.catalogue.categoryId}`, { name: "Tops" }),
  },
  {
    by: "POST /admin/product-categories",
    make: async (w, memory) => {
      const { product_category: category } = await w.post<{ product_category: Created }>("/product-categories", {
        name: "Long",
        is_active: true,
        parent_category_id: w.catalogue.categoryId,
      })
      memory.set("category", category.id)
    },
  },
  {
    by: "POST /admin/product-categories/:id/products",
    make: (w, memory) => w.post(`/product-categories/${memory.get("category") ?? ""}/products`, { add: [first(w).id] }),
  },
  {
    by: "DELETE /admin/product-categories/:id",
    make: (w, memory) => w.remove(`/product-categories/${memory.get("category") ?? ""}`),
  },
  { by: "POST /admin/collections/:id", make: (w) => w.post(`/collections/${w.collectionId}`, { title: "Autumn" }) },
  {
    by: "POST /admin/collections/:id/products",
    make: (w) => w.post(`/collections/${w.collectionId}/products`, { remove: [second(w).id] }),
  },
  { by: "POST /admin/product-tags/:id", make: (w) => w.post(`/product-tags/${w.tagId}`, { value: "newest" }) },
  { by: "POST /admin/product-types/:id", make: (w) => w.post(`/product-types/${w.typeId}`, { value: "Wear" }) },
  {
    by: "POST /admin/price-lists/:id",
    make: (w) => w.post(`/price-lists/${w.priceListId}`, { status: "draft" }),
  },
  {
    by: "POST /admin/price-lists/:id/prices/batch",
    make: async (w) => {
      await w.post(`/price-lists/${w.priceListId}`, { status: "active" })
      await w.post(`/price-lists/${w.priceListId}/prices/batch`, {
        create: [{ amount: 2, currency_code: "eur", variant_id: first(w).variantId }],
      })
    },
  },
  {
    by: "POST /admin/regions/:id",
    make: (w) => w.post(`/regions/${w.catalogue.regionId}`, { name: "Union", is_tax_inclusive: true }),
  },
  {
    by: "POST /admin/tax-regions",
    make: (w) =>
      w.post("/tax-regions", {
        country_code: "us",
        provider_id: "tp_system",
        default_tax_rate: { rate: 8, name: "Tax", code: "us" },
      }),
  },
  {
    by: "POST /admin/tax-rates/:id",
    make: async (w) => {
      const { tax_rates: rates } = await w.get<{ tax_rates: Created[] }>("/tax-rates")
      await w.post(`/tax-rates/${rates[0]?.id ?? ""}`, { rate: 9 })
    },
  },
  {
    by: "POST /admin/price-preferences",
    make: (w) => w.post("/price-preferences", { attribute: "currency_code", value: "usd", is_tax_inclusive: true }),
  },
  {
    by: "POST /admin/sales-channels/:id/products",
    make: (w) => w.post(`/sales-channels/${w.otherChannelId}/products`, { add: [second(w).id] }),
  },
  {
    by: "POST /admin/api-keys/:id/sales-channels",
    make: async (w) => {
      const { api_keys: keys } = await w.get<{ api_keys: { id: string; token: string; title: string }[] }>(
        "/api-keys?type=publishable"
      )
      const key = keys.find(({ title }) => title === "Outlet")
      await w.post(`/api-keys/${key?.id ?? ""}/sales-channels`, { add: [w.catalogue.salesChannelId] })
    },
  },
  {
    by: "POST /admin/inventory-items/:id/location-levels",
    make: async (w, memory) => {
      await w.post(`/products/${first(w).id}/variants/${first(w).variantId}`, { manage_inventory: true })
      const { inventory_item: item } = await w.post<{ inventory_item: Created }>("/inventory-items", { sku: "S-0" })
      await w.post(`/products/${first(w).id}/variants/${first(w).variantId}/inventory-items`, {
        inventory_item_id: item.id,
        required_quantity: 1,
      })
      await w.post(`/inventory-items/${item.id}/location-levels`, {
        location_id: w.locationId,
        stocked_quantity: 5,
      })
      memory.set("item", item.id)
    },
  },
  {
    by: "POST /admin/reservations",
    make: (w, memory) =>
      w.post("/reservations", {
        inventory_item_id: memory.get("item"),
        location_id: w.locationId,
        quantity: 2,
      }),
  },
  {
    by: "updateProductsWorkflow",
    make: (w) =>
      updateProductsWorkflow(w.container).run({ input: { products: [{ id: first(w).id, title: "By a workflow" }] } }),
  },
  {
    by: "a module's service",
    make: (w) => w.container.resolve(Modules.PRODUCT).updateProducts(second(w).id, { title: "By a service" }),
  },
]
