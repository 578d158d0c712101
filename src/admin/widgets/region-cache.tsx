import { defineWidgetConfig } from "@medusajs/admin-sdk"
import { EntityCacheWidget } from "../components/widget/entity-cache-widget"

const RegionCache = ({ data }: { readonly data?: { readonly id: string } }) => (
  <EntityCacheWidget type="Region" id={data?.id} />
)

export const config = defineWidgetConfig({ zone: "region.details", id: "memcached:region" })

export default RegionCache
