import { defineWidgetConfig } from "@medusajs/admin-sdk"
import { EntityCacheWidget } from "../components/widget/entity-cache-widget"

const ProductCollectionCache = ({ data }: { readonly data?: { readonly id: string } }) => (
  <EntityCacheWidget type="ProductCollection" id={data?.id} />
)

export const config = defineWidgetConfig({ zone: "product_collection.details", id: "memcached:product-collection" })

export default ProductCollectionCache
