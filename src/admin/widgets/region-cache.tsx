import { defineWidgetConfig } from "@medusajs/admin-sdk"
import { EntityCacheWidget } from "../components/widget/entity-cache-widget"

const RegionCache = ({ data }: { readonly data?: { readonly id: string } }) => (
  <EntityCacheWidget type="Region" id={data?.id} />
)

// Medusa ignores the suffix from 2.17.2 on, and knows no zone without one before.
export const config = defineWidgetConfig({ zone: "region.details.after", id: "memcached:region" })

export default RegionCache
