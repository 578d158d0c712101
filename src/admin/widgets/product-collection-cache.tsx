import { defineWidgetConfig } from "@medusajs/admin-sdk"
import { EntityCacheWidget } from "../components/widget/entity-cache-widget"

const ProductCollectionCache = ({ data }: { readonly data?: { readonly id: string } }) => (
  <EntityCacheWidget type="ProductCollection" id={data?.id} />
)

// Medusa ignores the suffix from 2.17.2 on, and knows no zone without one before.
export const config = defineWidgetConfig({
  zone: "product_collection.details.after",
  id: "memcached:product-collection",
})

export default ProductCollectionCache
