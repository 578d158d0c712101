import { defineWidgetConfig } from "@medusajs/admin-sdk"
import { EntityCacheWidget } from "../components/widget/entity-cache-widget"

const ProductCache = ({ data }: { readonly data?: { readonly id: string } }) => (
  <EntityCacheWidget type="Product" id={data?.id} />
)

export const config = defineWidgetConfig({ zone: "product.details.side", id: "memcached:product" })

export default ProductCache
