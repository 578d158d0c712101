/**
 * Requests and answers of the routes under `/admin/cache`. The dashboard shares this file, so it imports nothing. Times
 * are ISO 8601 strings in UTC, sizes are bytes, and durations have their unit in their name.
 */

export type CacheStatus =
  /** Everything answers. */
  | "healthy"
  /** A server answers; `reason` says what does not work. */
  | "degraded"
  /** All servers are away: every lookup is a miss. */
  | "unreachable"
  /** Medusa does not use this cache; `reason` says why. */
  | "not_active"

export type CacheStatusReason =
  /** Medusa's feature flag `caching` is off. */
  | "flag_off"
  /** No caching provider of this package runs. */
  | "provider_not_registered"
  /** Another provider is Medusa's default. */
  | "not_default"
  /** A server is away. */
  | "circuit_open"
  /** One address leads to several servers, which would not see each other's clears. Nothing is served from them. */
  | "several_servers"
  /** A server is full and refuses to store (`memcached -M`). */
  | "out_of_memory"
  /** A server keeps no CAS numbers (`memcached -C`), which the log of clears needs. */
  | "no_cas"
  /** A clear has not been delivered yet. */
  | "clear_pending"

export interface AdminCacheServer {
  readonly id: string
  readonly state: "idle" | "connecting" | "ready" | "down" | "closed"
  /** Null while there is no connection. */
  readonly protocol: "meta" | "binary" | null
  /** The server's log of clears, as this process knows it. Null before it has been read. */
  readonly log: { readonly epoch: string; readonly version: number } | null
  /** Whether nothing is served from this server, because it may have missed a clear. */
  readonly clears_pending: boolean
  /** Why the server is down, or what is wrong although it answers. Never contains credentials. */
  readonly reason: string | null
  readonly down_since: string | null
  /**
   * Its share of the items on all servers that tell their counters, from 0 to 1. Like `stats`, it includes the items of
   * Memcached's other clients. Null when `stats` is, and while there are no items.
   */
  readonly share_of_items: number | null
  /** Memcached's counters since it was started, over all its clients. Null while the server does not answer. */
  readonly stats: AdminCacheServerStats | null
}

export interface AdminCacheServerStats {
  readonly version: string
  readonly uptime_seconds: number
  readonly started_at: string
  readonly memory_used_bytes: number
  readonly memory_limit_bytes: number
  readonly item_size_max_bytes: number
  readonly items: number
  readonly evictions: number
  readonly connections: number
  readonly get_hits: number
  readonly get_misses: number
  /** The server's fastest answer of the last minute. */
  readonly ping_ms: number
  readonly sampled_at: string
}

/**
 * Misses by cause. `new` means that the process had not met the key before. `removed` entries are gone before their
 * time: Memcached needed the room or was restarted.
 */
export type AdminCacheMisses = Readonly<
  Record<
    | "new"
    | "cleared"
    | "expired"
    | "removed"
    | "restarted"
    | "other_tags"
    | "refresh"
    | "too_large"
    | "not_stored"
    | "unreachable"
    | "unreadable",
    number
  >
>

export interface AdminCacheTotals {
  readonly lookups: number
  readonly hits: number
  /** hits / lookups, 0 to 1; null without lookups. */
  readonly hit_rate: number | null
  readonly misses: AdminCacheMisses
  /**
   * Lookups of data that can never be cached, such as Medusa's of a secret API key. They count neither as lookups nor
   * as misses.
   */
  readonly uncacheable: number
  readonly tag_lookups: number
  readonly sets: number
  /**
   * The part of the sets that may have been loaded before a clear, because their lookup is unknown. They are kept for
   * 10 seconds.
   */
  readonly kept_briefly: number
  readonly refused: Readonly<Record<string, number>>
  readonly clears: {
    readonly explicit: number
    readonly automatic: number
    /** Calls that travelled in the record of another call. */
    readonly merged: number
    /** Calls that were answered "pending". */
    readonly pending: number
  }
  readonly tags_cleared: number
  /** Commands of the cache that Memcached did not answer, or answered with an error. */
  readonly errors: number
  /** Writes to a socket that waited for an answer. */
  readonly round_trips: number
  readonly bytes: {
    readonly read_raw: number
    readonly read: number
    readonly written_raw: number
    readonly written: number
  }
  /** The time that it usually takes to compute what the hits returned, less the time of the hits: an estimate. */
  readonly time_saved_ms: number
}

export interface AdminCacheResponse {
  readonly cache: {
    readonly status: CacheStatus
    readonly reason: CacheStatusReason | null
    /** What it means and what to do, in English. */
    readonly message: string
    readonly since: string | null
    /** Memcached's own versions are those of its servers. */
    readonly versions: { readonly plugin: string; readonly medusa: string; readonly node: string }
    readonly providers: readonly AdminCacheProvider[]
    /** Totals of the last hour, over all providers. */
    readonly totals: AdminCacheTotals
    /** Null unless the plugin's option `responses` is on. */
    readonly responses: { readonly routes: readonly AdminCacheRoute[] } | null
    readonly permissions: { readonly read: boolean; readonly clear: boolean }
  }
}

/**
 * A route whose responses are stored. How often they are found and how long they take is in `stats.by_entity` of
 * `/admin/cache/stats`, under the name of the route. These counts are of the process that answers, since it started.
 */
export interface AdminCacheRoute {
  /** `/store/products/[id]`. The tag `/store/products/[id]:list:*` clears all its responses. */
  readonly route: string
  readonly ttl_seconds: number
  /** Requests that were neither looked up nor stored: of customers, for example. */
  readonly bypassed: number
  /** Why responses were not stored, most frequent first. */
  readonly not_stored: readonly { readonly reason: string; readonly count: number }[]
}

export interface AdminCacheProvider {
  readonly id: string
  readonly is_default: boolean
  readonly status: Exclude<CacheStatus, "not_active">
  readonly servers: readonly string[]
  readonly log: { readonly epoch: string | null; readonly version: number; readonly horizon: number }
  /** The options by their names in medusa-config.ts, without secrets and addresses. */
  readonly configuration: Readonly<Record<string, unknown>>
  /** The same options as they would be if none had been set. */
  readonly defaults: Readonly<Record<string, unknown>>
}

export type CacheRange = "1h" | "6h" | "24h" | "7d"

export interface AdminCacheBucket {
  readonly start: string
  readonly lookups: number
  readonly hits: number
  readonly misses: AdminCacheMisses
  readonly sets: number
  readonly clears: number
  readonly time_saved_ms: number
}

/** A tag whose clears voided entries. */
export interface AdminCacheClearingTag {
  /** "*" is a clear of everything, "key" one of the entry's own key. */
  readonly tag: string
  /** Lookups that found a voided entry. */
  readonly misses: number
  /**
   * Clears of the tag. Those that follow each other within a second count once, since one change is often cleared several
   * times. When there are many tags, it may be too low, but never too high.
   */
  readonly clears: number
}

export interface AdminCacheEntityStats {
  /** The type of entity that was asked for. What comes with it, such as the prices of a product, is not counted. */
  readonly entity: string
  readonly lookups: number
  readonly hits: number
  readonly hit_rate: number | null
  readonly misses: AdminCacheMisses
  /** The average time of a hit. Null without hits. */
  readonly hit_ms: number | null
  /** What it takes on average to build what the hits returned, by an estimate. Null when it is unknown. */
  readonly build_ms: number | null
  /** The tags whose clears voided most of them, at most three. */
  readonly cleared_by: readonly AdminCacheClearingTag[]
}

export interface AdminCacheStatsResponse {
  readonly stats: {
    readonly range: CacheRange
    readonly from: string
    readonly to: string
    /** The start of the first bucket with counts, in this range or the one before it. Null when nothing was counted. */
    readonly counted_since: string | null
    readonly bucket_seconds: number
    /** Null when no cache runs. Everything is empty then. */
    readonly provider_id: string | null
    readonly totals: AdminCacheTotals
    readonly previous: AdminCacheTotals
    /** Buckets without gaps: those in which nothing was counted have zeros. The last one is still running. */
    readonly series: readonly AdminCacheBucket[]
    readonly by_entity: readonly AdminCacheEntityStats[]
    readonly top_clearing_tags: readonly AdminCacheClearingTag[]
    /** False when Memcached could not be reached. The figures are then what this process last knew. */
    readonly complete: boolean
  }
}

export type ClearOrigin = "event" | "code" | "admin" | "api_key" | "workflow"

export interface AdminCacheTag {
  readonly tag: string
  readonly entity: string
  /** The name of what the tag stands for, such as a product's title. Null when there is none. */
  readonly name: string | null
  /** The version of its last clear. Null when the log does not remember one. */
  readonly version: number | null
  readonly last_cleared_at: string | null
  readonly last_cleared_by: ClearOrigin | null
  /** The id of the user, the API key or the workflow's transaction. */
  readonly last_cleared_actor_id: string | null
  /** Approximate; null when the index is off or cannot be read. */
  readonly entries: number | null
  /** Hits of entries with this tag. May be too low. */
  readonly hits: number
}

export type EntryVerdict = "valid" | "cleared" | "other_epoch" | "expired" | "unreadable" | "absent" | "unreachable"

/** What an entry contains, by its tags. */
export interface AdminCacheEntryAbout {
  /** The type of what was asked for. */
  readonly entity: string
  /** The number of different things of this type. */
  readonly count: number
  /** The names of the first ones, at most three. */
  readonly names: readonly string[]
}

export interface AdminCacheEntrySummary {
  readonly key: string
  /** Null when its tags do not tell. */
  readonly about: AdminCacheEntryAbout | null
  readonly state: EntryVerdict
  /** The tag whose clear voided it, when known. */
  readonly cleared_by: string | null
  /** The size of the data as JSON, before compression. */
  readonly size_bytes: number
  /** The size of the item in Memcached, with everything that belongs to the entry but its key. */
  readonly stored_bytes: number
  readonly stored_at: string | null
  readonly expires_at: string | null
  readonly ttl_left_seconds: number | null
  readonly auto_invalidate: boolean
  readonly tag_count: number
  /** What it usually takes to build entries of its kind. 0 when it is unknown. */
  readonly compute_ms: number
}

export interface AdminCacheEntry extends AdminCacheEntrySummary {
  readonly name: string
  readonly server: string
  readonly tags: readonly string[]
  /**
   * Why there is no entry, as far as the process that answers remembers the key. "new" means that it has not met it.
   * "uncacheable" data can never be stored. Null unless the state is "absent".
   */
  readonly absent_because: keyof AdminCacheMisses | "uncacheable" | null
  /**
   * The version of the log that was read before the data was. A later clear voids the entry. Null without an entry, or
   * when it belongs to another epoch of the log.
   */
  readonly read_version: number | null
  /** The log as the process that answers knows it. Of clears up to the horizon it may have forgotten some. */
  readonly log: { readonly version: number; readonly horizon: number } | null
  /**
   * The last clears of the key, of the entry's tags and of everything, as far as the log knows them. `of` is a tag,
   * "key" or "*", as in `cleared_by`. Without an entry its tags are unknown.
   */
  readonly clears: readonly { readonly of: string; readonly version: number }[]
  /** The first characters of the JSON. */
  readonly preview: string
  readonly preview_truncated: boolean
}

export interface PageOf {
  readonly count: number
  readonly offset: number
  readonly limit: number
}

export interface AdminCacheServersResponse extends PageOf {
  readonly servers: readonly AdminCacheServer[]
}
export interface AdminCacheTagsResponse extends PageOf {
  readonly tags: readonly AdminCacheTag[]
  /** False when not all tags could be read, and with the option `statistics` off, when none are noted. */
  readonly complete: boolean
  /** More tags are in use than are kept in the list. */
  readonly truncated: boolean
}
export interface AdminCacheTagResponse extends PageOf {
  readonly tag: AdminCacheTag
  readonly entries: readonly AdminCacheEntrySummary[]
}
export interface AdminCacheEntriesResponse extends PageOf {
  /** Entries that the answering process has recently stored or hit, with their hits in it. */
  readonly entries: readonly (AdminCacheEntrySummary & { readonly hits: number })[]
  /** Sums over all of them, largest first. */
  readonly by_entity: readonly {
    readonly entity: string
    readonly entries: number
    readonly stored_bytes: number
    readonly oldest_stored_at: string
  }[]
}
export interface AdminCacheEntryResponse {
  readonly entry: AdminCacheEntry
}
export interface AdminCacheServerDeleteResponse {
  readonly id: string
  readonly object: "cache_server"
  readonly deleted: true
  /** Those that are left. */
  readonly servers: readonly AdminCacheServer[]
}

export interface AdminCacheEntryDeleteResponse {
  readonly id: string
  readonly object: "cache_entry"
  readonly deleted: boolean
  readonly clear: AdminCacheClearResult
}

/**
 * The body of a clear: JSON, 2 MB at most. Names have up to 10,240 characters. There are up to 100 targets: tags, keys,
 * ids of entities and addresses together.
 */
export interface AdminCacheClearRequest {
  readonly tags?: readonly string[]
  readonly keys?: readonly string[]
  readonly entities?: readonly { readonly type: string; readonly ids: readonly string[] }[]
  /** Addresses of stored responses: `/store/products?limit=12`. */
  readonly urls?: readonly string[]
  readonly all?: boolean
  /** Spares entries that were stored with `autoInvalidate: false`. Not with `keys` or everything. */
  readonly auto_invalidate_only?: boolean
  readonly dry_run?: boolean
  readonly provider_id?: string
}

/** The body of `POST /admin/cache/clear`. */
export interface AdminCacheClearAndWarmRequest extends AdminCacheClearRequest {
  /** Rebuilds the most wanted of what was cleared, once the clear is applied. See `AdminCacheWarmRequest`. */
  readonly warm?: boolean
  /** Only with `dry_run`. See `AdminCacheInvalidationRequest`. */
  readonly patterns?: readonly string[]
}

/** The same with up to 16 MB, 100,000 targets and 10,000 entities. */
export interface AdminCacheInvalidationRequest extends AdminCacheClearRequest {
  /**
   * Patterns such as `Product:*`, for every known tag that matches; `*` stands for any characters. At most 100, of
   * 1,000 characters each. POST /admin/cache/clear takes them in a dry run only.
   */
  readonly patterns?: readonly string[]
}

export interface AdminCacheClearResult {
  readonly status: "applied" | "pending" | "nothing" | "dry_run"
  readonly provider_id: string
  /** pending: the servers that the clear has not been delivered to. */
  readonly pending_servers: readonly string[]
  readonly targets: number
  /** The first 100. There are more only where a dry run matched patterns. */
  readonly tags: readonly string[]
  readonly keys: readonly string[]
  readonly all: boolean
  /**
   * The approximate number of entries with the targets. Null when it is unknown, as for patterns while not all known tags
   * can be read.
   */
  readonly entries: number | null
  /**
   * pending: other processes may serve what was cleared until it is delivered, but no longer than this. Null for any
   * other status. Also null without the option `maxTtl`, since only the delivery then ends it.
   */
  readonly stale_until: string | null
  readonly message: string
}

export interface AdminCacheClearResponse {
  readonly clear: AdminCacheClearResult
  /** With `warm`: the run that was started, or the one under way. Null when the clear was not applied. */
  readonly warm?: AdminCacheWarm | null
}

/** Rebuilds the most wanted of what was cleared. */
export interface AdminCacheWarmRequest {
  /** The most requests. @default 50 @maximum 500 */
  readonly limit?: number
  readonly provider_id?: string
}

/** A run that rebuilds what was cleared, in the process that answers. Other processes do not know it. */
export interface AdminCacheWarm {
  readonly id: string
  /** stopped: before its end, for the reason in `message`. */
  readonly state: "running" | "done" | "stopped"
  readonly provider_id: string
  /** The number of requests. */
  readonly total: number
  /** Requests that were answered with success, or with 404 because what they ask for is gone. */
  readonly done: number
  readonly failed: number
  readonly started_at: string
  readonly ended_at: string | null
  readonly duration_ms: number
  readonly message: string
}

export interface AdminCacheWarmResponse {
  /** Null when there was no run in this process. */
  readonly warm: AdminCacheWarm | null
}

export type InvalidationState = "running" | "done" | "partly_done" | "failed"

export interface AdminCacheInvalidation {
  readonly id: string
  readonly state: InvalidationState
  readonly dry_run: boolean
  readonly provider_id: string
  readonly total: number
  readonly done: number
  /** Targets that could not be delivered to Memcached yet. They are kept, and delivered when it is back. */
  readonly pending: number
  readonly batches: readonly InvalidationBatch[]
  readonly retries: number
  readonly created_by: { readonly type: ClearOrigin; readonly id: string | null }
  readonly started_at: string
  readonly ended_at: string | null
  readonly duration_ms: number
  readonly message: string
}

export interface InvalidationBatch {
  readonly index: number
  readonly targets: number
  readonly status: "applied" | "pending" | "dry_run"
  readonly attempts: number
  readonly duration_ms: number
}

export interface AdminCacheInvalidationResponse {
  readonly invalidation: AdminCacheInvalidation
}
export interface AdminCacheInvalidationsResponse extends PageOf {
  readonly invalidations: readonly Omit<AdminCacheInvalidation, "batches">[]
}

export interface AdminCacheClear {
  readonly at: string
  readonly origin: ClearOrigin
  /** The id of the user, the API key or the workflow's transaction. */
  readonly actor_id: string | null
  /** The name of the user or of the API key. Null when there is none. */
  readonly actor_name: string | null
  readonly all: boolean
  /** The number of calls in this line. */
  readonly calls: number
  readonly tags: number
  readonly keys: number
  /** The first names, at most five. Names of single things come before those of lists. */
  readonly sample: readonly string[]
  /** The name of the first of them, such as a product's title. Null when there is none. */
  readonly sample_name: string | null
  readonly status: "applied" | "pending"
  /** Lookups that missed because of it. It may be too low, but never too high. */
  readonly misses: number
  /** What it took to build anew what these lookups wanted. */
  readonly rebuild_ms: number
}
export interface AdminCacheClearsResponse extends PageOf {
  readonly clears: readonly AdminCacheClear[]
  /** False when Memcached could not be reached, or the option `statistics` is off. These are then the clears of this process. */
  readonly complete: boolean
}
