import { defineWidgetConfig } from "@medusajs/admin-sdk"
import { EntityCacheWidget } from "../components/widget/entity-cache-widget"

const ProductCache = ({ data }: { readonly data?: { readonly id: string } }) => (
  <EntityCacheWidget type="Product" id={data?.id} />
)

// Medusa ignores the suffix from 2.17.2 on, and knows no zone without one before.
export const config = defineWidgetConfig({ zone: "product.details.side.after", id: "memcached:product" })

export default ProductCache
