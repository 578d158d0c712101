import { defineRouteConfig } from "@medusajs/admin-sdk"
import { CacheBreadcrumb } from "../../../components/cache-breadcrumb"
import { CachePage } from "../../../components/cache-page"

const CacheRoute = () => <CachePage />

export const config = defineRouteConfig({ label: "page.title", translationNs: "memcached" })

export const handle = { breadcrumb: () => <CacheBreadcrumb /> }

export default CacheRoute
