import { useQueryClient } from "@tanstack/react-query"
import { useRef, useState } from "react"
import type { AdminCacheResponse } from "../../types/http"
import { useCacheClears, useCacheServers, useCacheStats } from "../hooks/use-cache"
import { useInspected, useRange } from "../hooks/use-page-state"
import { useReturnFocus } from "../hooks/use-return-focus"
import { countsTraffic } from "../lib/traffic"
import { typesIn } from "../lib/tags"
import { cacheKeys } from "../lib/cache-api"
import { TrafficCard } from "./chart/traffic-card"
import { ClearDialog } from "./clear-dialog/clear-dialog"
import { FailedPart } from "./common/card"
import { EntriesCard } from "./entries/entries-card"
import { EntitiesCard } from "./entities/entities-card"
import { MissesCard } from "./misses/misses-card"
import { VerdictCard } from "./verdict/verdict-card"
import { BriefSetsNotice, TroubleBanner } from "./header/notices"
import { PageHeader } from "./header/page-header"
import { InspectDrawer } from "./inspect/inspect-drawer"
import { ClearsCard } from "./side/clears-card"
import { ConfigurationCard } from "./side/configuration-card"
import { ResponsesCard } from "./side/responses-card"
import { ServersCard } from "./side/servers-card"
import { NoLookups, NoStatistics } from "./states/page-states"
import { TilesSkeleton, TrafficSkeleton } from "./states/skeletons"
import { TagsCard } from "./tags/tags-card"
import { Tiles } from "./tiles/tiles"

interface CacheDashboardProps {
  readonly cache: AdminCacheResponse["cache"]
  readonly updatedAtMs: number
  readonly isRefreshing: boolean
  readonly hasRefreshFailed: boolean
}

/** The page while the cache is in use. */
export function CacheDashboard({ cache, updatedAtMs, isRefreshing, hasRefreshFailed }: CacheDashboardProps) {
  const queryClient = useQueryClient()
  const [range] = useRange()
  const stats = useCacheStats(range)
  const { data: serversData } = useCacheServers()
  const { data: clearsData } = useCacheClears()
  const [, inspect] = useInspected()
  const [isClearing, setIsClearing] = useState(false)
  const root = useRef<HTMLDivElement>(null)
  const returnFocus = useReturnFocus(root)

  const servers = serversData?.servers ?? []
  const figures = stats.data?.stats
  const isUnused =
    figures !== undefined && figures.totals.lookups + figures.previous.lookups + cache.totals.lookups === 0
  const mayClear = cache.permissions.clear

  return (
    <div ref={root} tabIndex={-1} className="flex flex-col gap-y-3 outline-none" data-testid="cache-page">
      <PageHeader
        cache={cache}
        updatedAtMs={updatedAtMs}
        isRefreshing={isRefreshing || stats.isFetching}
        onRefresh={() => void queryClient.invalidateQueries({ queryKey: cacheKeys.all })}
        onClear={() => setIsClearing(true)}
      />
      <TroubleBanner cache={cache} hasRefreshFailed={hasRefreshFailed} />
      {figures === undefined ? (
        stats.isError ? (
          <FailedPart onRetry={stats.refetch} />
        ) : (
          <TilesSkeleton />
        )
      ) : (
        !isUnused && (
          <>
            <BriefSetsNotice totals={figures.totals} />
            {cache.status === "healthy" && <VerdictCard stats={figures} />}
            <Tiles stats={figures} servers={servers} />
          </>
        )
      )}
      <div className="flex w-full flex-col items-start gap-x-4 gap-y-3 xl:grid xl:grid-cols-[minmax(0,_1fr)_440px]">
        <div className="flex w-full min-w-0 flex-col gap-y-3">
          {figures === undefined ? (
            !stats.isError && <TrafficSkeleton />
          ) : isUnused ? (
            countsTraffic(cache.providers) ? (
              <NoLookups />
            ) : (
              <NoStatistics />
            )
          ) : (
            <>
              <TrafficCard stats={figures} clears={clearsData?.clears ?? []} servers={servers} />
              <EntitiesCard entities={figures.by_entity} />
              <MissesCard stats={figures} />
            </>
          )}
          {!isUnused && (
            <TagsCard
              entities={typesIn(figures?.by_entity ?? [])}
              mayClear={mayClear}
              onInspect={(tag) => inspect({ tag, entry: undefined })}
            />
          )}
          {!isUnused && <EntriesCard onInspect={(entry) => inspect({ tag: undefined, entry })} />}
        </div>
        <div className="flex w-full flex-col gap-y-3">
          <ServersCard />
          {cache.responses !== null && (
            <ResponsesCard routes={cache.responses.routes} entities={figures?.by_entity ?? []} mayClear={mayClear} />
          )}
          <ClearsCard />
          <ConfigurationCard cache={cache} servers={servers} />
        </div>
      </div>
      <InspectDrawer mayClear={mayClear} onCloseAutoFocus={returnFocus} />
      <ClearDialog isOpen={isClearing} onClose={() => setIsClearing(false)} onCloseAutoFocus={returnFocus} />
    </div>
  )
}
