import { newProduct } from "../../catalogue"
import { type Change, type Created, firstOf, nth, secondOf, thirdOf } from "./change"

interface Product extends Created {
  readonly variants: readonly Created[]
  readonly images: readonly Created[]
}

interface Option extends Created {
  readonly values: readonly Created[]
}

/** Products, and what they are sorted by. */
export const CATALOGUE_CHANGES: readonly Change[] = [
  {
    by: "POST /admin/products/:id",
    isSampled: true,
    make: (w) => w.post(`/products/${firstOf(w).id}`, { title: "Another title" }),
  },
  {
    by: "POST /admin/products",
    make: async (w, notes) => {
      const body = newProduct("Shirt 99", w.catalogue.salesChannelId)
      const { product } = await w.post<{ product: Product }>("/products", body)
      notes.set("product", product.id)
    },
  },
  {
    by: "POST /admin/products/:id, which is no longer published",
    make: (w, notes) => w.post(`/products/${notes.get("product")}`, { status: "draft" }),
  },
  {
    by: "POST /admin/products/batch",
    make: (w, notes) =>
      w.post("/products/batch", {
        create: [newProduct("Shirt 98", w.catalogue.salesChannelId)],
        update: [
          { id: secondOf(w).id, subtitle: "Softer", variants: [{ id: secondOf(w).variantId, title: "Small" }] },
          { id: notes.get("product"), status: "published" },
        ],
      }),
  },
  { by: "DELETE /admin/products/:id", make: (w, notes) => w.remove(`/products/${notes.get("product")}`) },
  {
    by: "POST /admin/products/:id/images/:image_id/variants/batch",
    make: async (w, notes) => {
      const { id, variantId } = firstOf(w)
      const { product } = await w.get<{ product: Product }>(`/products/${id}?fields=*images`)
      notes.set("image", nth(product.images, 0).id)
      await w.post(`/products/${id}/images/${notes.get("image")}/variants/batch`, { add: [variantId] })
    },
  },
  {
    by: "POST /admin/products/:id/variants/:variant_id/images/batch",
    make: (w, notes) =>
      w.post(`/products/${firstOf(w).id}/variants/${firstOf(w).variantId}/images/batch`, {
        remove: [notes.get("image")],
      }),
  },
  {
    by: "POST /admin/products/:id/variants",
    isSampled: true,
    make: async (w, notes) => {
      const { id, variantId } = secondOf(w)
      const { product: before } = await w.get<{ product: Product }>(`/products/${id}?fields=*variants`)
      const other = before.variants.find((variant) => variant.id !== variantId)
      if (other) await w.remove(`/products/${id}/variants/${other.id}`)
      const { product } = await w.post<{ product: Product }>(`/products/${id}/variants`, {
        title: "L",
        sku: "SHIRT-1-L",
        options: { Size: "M" },
        prices: [{ amount: 4, currency_code: "eur" }],
      })
      const made = product.variants.find((variant) => variant.id !== variantId)
      notes.set("variant", made?.id ?? "")
    },
  },
  {
    by: "POST /admin/products/:id/variants/:variant_id",
    make: (w) =>
      w.post(`/products/${firstOf(w).id}/variants/${firstOf(w).variantId}`, {
        title: "XS",
        sku: "SHIRT-0-XS",
        prices: [{ amount: 3, currency_code: "eur" }],
      }),
  },
  {
    by: "POST /admin/products/:id/variants/batch",
    make: async (w) => {
      const { id, variantId } = thirdOf(w)
      const { product } = await w.get<{ product: Product }>(`/products/${id}?fields=*variants`)
      const other = product.variants.find((variant) => variant.id !== variantId)
      await w.post(`/products/${id}/variants/batch`, {
        update: [{ id: variantId, title: "Tiny", prices: [{ amount: 2, currency_code: "eur" }] }],
        delete: [other?.id],
      })
      await w.post(`/products/${id}/variants/batch`, {
        create: [{ title: "XXL", options: { Size: "M" }, prices: [{ amount: 9, currency_code: "eur" }] }],
      })
    },
  },
  {
    by: "DELETE /admin/products/:id/variants/:variant_id",
    make: (w, notes) => w.remove(`/products/${secondOf(w).id}/variants/${notes.get("variant")}`),
  },
  {
    by: "POST /admin/product-categories/:id",
    make: (w) => w.post(`/product-categories/${w.catalogue.categoryId}`, { name: "Tops" }),
  },
  {
    by: "POST /admin/product-categories",
    make: async (w, notes) => {
      const { product_category: category } = await w.post<{ product_category: Created }>("/product-categories", {
        name: "Long",
        is_active: true,
        parent_category_id: w.catalogue.categoryId,
      })
      notes.set("category", category.id)
    },
  },
  {
    by: "POST /admin/product-categories/:id/products",
    make: (w) => w.post(`/product-categories/${w.childCategoryId}/products`, { add: [firstOf(w).id] }),
  },
  {
    by: "POST /admin/product-categories/:id, which gets another parent",
    make: (w, notes) =>
      w.post(`/product-categories/${notes.get("category")}`, { parent_category_id: w.childCategoryId, rank: 0 }),
  },
  {
    by: "POST /admin/product-categories/:id, which is hidden",
    make: (w, notes) => w.post(`/product-categories/${notes.get("category")}`, { is_internal: true }),
  },
  {
    by: "DELETE /admin/product-categories/:id",
    make: (w, notes) => w.remove(`/product-categories/${notes.get("category")}`),
  },
  {
    by: "POST /admin/collections",
    make: async (w, notes) => {
      const { collection } = await w.post<{ collection: Created }>("/collections", { title: "Winter" })
      notes.set("collection", collection.id)
    },
  },
  {
    by: "POST /admin/collections/:id",
    make: (w) => w.post(`/collections/${w.collectionId}`, { title: "Autumn" }),
  },
  {
    by: "POST /admin/collections/:id/products",
    make: async (w, notes) => {
      await w.post(`/collections/${w.collectionId}/products`, { remove: [secondOf(w).id] })
      await w.post(`/collections/${notes.get("collection")}/products`, { add: [secondOf(w).id] })
    },
  },
  { by: "DELETE /admin/collections/:id", make: (w, notes) => w.remove(`/collections/${notes.get("collection")}`) },
  {
    by: "POST /admin/product-tags",
    make: async (w, notes) => {
      const { product_tag: tag } = await w.post<{ product_tag: Created }>("/product-tags", { value: "cheap" })
      notes.set("tag", tag.id)
    },
  },
  {
    by: "POST /admin/products/:id, which gets another tag",
    make: (w, notes) => w.post(`/products/${firstOf(w).id}`, { tags: [{ id: w.tagId }, { id: notes.get("tag") }] }),
  },
  {
    by: "POST /admin/product-tags/:id",
    make: (w) => w.post(`/product-tags/${w.tagId}`, { value: "newest" }),
  },
  { by: "DELETE /admin/product-tags/:id", make: (w, notes) => w.remove(`/product-tags/${notes.get("tag")}`) },
  {
    by: "POST /admin/product-types",
    make: async (w, notes) => {
      const { product_type: type } = await w.post<{ product_type: Created }>("/product-types", { value: "Hats" })
      notes.set("type", type.id)
      await w.post(`/products/${thirdOf(w).id}`, { type_id: type.id })
    },
  },
  {
    by: "POST /admin/product-types/:id",
    make: (w) => w.post(`/product-types/${w.typeId}`, { value: "Wear" }),
  },
  { by: "DELETE /admin/product-types/:id", make: (w, notes) => w.remove(`/product-types/${notes.get("type")}`) },
  {
    by: "POST /admin/product-options",
    make: async (w, notes) => {
      const { product_option: option } = await w.post<{ product_option: Option }>("/product-options", {
        title: "Colour",
        values: ["red", "blue"],
        is_exclusive: false,
      })
      notes.set("option", option.id)
      notes.set("value", nth(option.values, 0).id)
    },
  },
  {
    by: "POST /admin/products/:id/options/batch",
    make: (w, notes) => w.post(`/products/${firstOf(w).id}/options/batch`, { add: [notes.get("option")] }),
  },
  {
    by: "POST /admin/product-options/:id",
    make: (w, notes) => w.post(`/product-options/${notes.get("option")}`, { title: "Color" }),
  },
  {
    by: "POST /admin/product-options/:id/values/:value_id",
    make: (w, notes) =>
      w.post(`/product-options/${notes.get("option")}/values/${notes.get("value")}`, { value: "dark red" }),
  },
  {
    by: "DELETE /admin/product-options/:id/values/:value_id",
    make: async (w, notes) => {
      await w.post(`/products/${firstOf(w).id}/options/batch`, { remove: [notes.get("option")] })
      await w.remove(`/product-options/${notes.get("option")}/values/${notes.get("value")}`)
    },
  },
  {
    by: "DELETE /admin/product-options/:id",
    make: (w, notes) => w.remove(`/product-options/${notes.get("option")}`),
  },
]
