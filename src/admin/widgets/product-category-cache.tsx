import { defineWidgetConfig } from "@medusajs/admin-sdk"
import { EntityCacheWidget } from "../components/widget/entity-cache-widget"

const ProductCategoryCache = ({ data }: { readonly data?: { readonly id: string } }) => (
  <EntityCacheWidget type="ProductCategory" id={data?.id} />
)

// Medusa ignores the suffix from 2.17.2 on, and knows no zone without one before.
export const config = defineWidgetConfig({
  zone: "product_category.details.side.after",
  id: "memcached:product-category",
})

export default ProductCategoryCache
