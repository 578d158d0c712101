import { AutoRefreshProvider } from "../hooks/use-page-state"
import { useCacheOverview } from "../hooks/use-cache"
import { statusOf } from "../lib/request-error"
import { CacheDashboard } from "./cache-dashboard"
import { useLanguageAttributes } from "../hooks/use-language-attributes"
import { PageLanguage } from "./common/page-language"
import { LoadFailed, NoPermission, NotActive } from "./states/page-states"
import { PageSkeleton } from "./states/skeletons"

/** The page in whichever state it is. */
export function CachePage() {
  return (
    <PageLanguage>
      <AutoRefreshProvider>
        <PageRoot />
      </AutoRefreshProvider>
    </PageLanguage>
  )
}

function PageRoot() {
  const attributes = useLanguageAttributes()
  return (
    <div {...attributes}>
      <PageContent />
    </div>
  )
}

function PageContent() {
  const { data, error, isPending, isFetching, dataUpdatedAt, refetch } = useCacheOverview()
  if (isPending) {
    return <PageSkeleton />
  }
  if (statusOf(error) === 403 || data?.cache.permissions.read === false) {
    return <NoPermission />
  }
  if (data === undefined) {
    // A dashboard that was built with the plugin, before a server that runs without it.
    return statusOf(error) === 404 ? <NotActive reason={null} /> : <LoadFailed error={error} onRetry={refetch} />
  }
  if (data.cache.status === "not_active") {
    return <NotActive reason={data.cache.reason} />
  }
  return (
    <CacheDashboard
      cache={data.cache}
      updatedAtMs={dataUpdatedAt}
      isRefreshing={isFetching}
      hasRefreshFailed={error !== null}
    />
  )
}
