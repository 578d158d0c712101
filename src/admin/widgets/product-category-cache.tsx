import { defineWidgetConfig } from "@medusajs/admin-sdk"
import { EntityCacheWidget } from "../components/widget/entity-cache-widget"

const ProductCategoryCache = ({ data }: { readonly data?: { readonly id: string } }) => (
  <EntityCacheWidget type="ProductCategory" id={data?.id} />
)

export const config = defineWidgetConfig({ zone: "product_category.details.side", id: "memcached:product-category" })

export default ProductCategoryCache
