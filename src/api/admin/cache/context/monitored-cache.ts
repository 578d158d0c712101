import type { Cache, CacheOptions, ClearInput, ClearOutcome, StatisticsSnapshot } from "../../../../cache"

/** The parts of the engine that the routes show. */
export interface MonitoredCache extends Cache {
  readonly prefix: string
  readonly options: CacheOptions
  readonly history: { read(range: Range): Promise<History> }
  readonly tags: {
    list(): Promise<{ tags: KnownTag[]; complete: boolean; truncated: boolean }>
    find(tag: string): Promise<KnownTag | undefined>
    keysOf(tags: string[]): Promise<string[]>
    countEntries(tags: string[]): Promise<Map<string, number> | undefined>
  }
  readonly clears: { recent(): Promise<{ clears: ClearLine[]; complete: boolean }> }
  readonly inspector: { inspect(key: string, options?: { previewChars?: number }): Promise<EntryReport> }
  readonly serverStatistics: { read(): Promise<ServerReport[]> }
  clear(input: ClearInput, author?: ClearAuthor): Promise<ClearOutcome>
  health(): Health
}

export type Range = "1h" | "6h" | "24h" | "7d"

export interface Counters extends Omit<StatisticsSnapshot, "clears" | "computeMsSaved"> {
  readonly clears: StatisticsSnapshot["clears"] & { readonly merged: number }
  readonly errors: number
  readonly roundTrips: number
  readonly timeSavedMs: number
}

export interface History {
  readonly fromMs: number
  readonly toMs: number
  readonly bucketSeconds: number
  readonly totals: Counters
  readonly previous: Counters
  readonly series: readonly { readonly startMs: number; readonly counters: Counters }[]
  readonly entities: readonly {
    readonly entity: string
    readonly lookups: number
    readonly hits: number
    readonly outdated: number
    readonly outdatedBy: readonly { readonly tag: string; readonly count: number }[]
  }[]
  readonly outdatingTags: readonly { readonly tag: string; readonly count: number }[]
  readonly complete: boolean
}

export type ClearOrigin = "event" | "code" | "admin" | "api_key" | "workflow"

export interface ClearAuthor {
  readonly origin: ClearOrigin
  readonly actorId?: string
}

export interface KnownTag {
  readonly tag: string
  readonly entity: string
  readonly version: number | null
  readonly lastCleared: { readonly atMs: number; readonly origin: ClearOrigin; readonly actorId: string | null } | null
  readonly hits: number
  readonly lastSeenAtMs: number
}

export interface ClearLine {
  readonly atMs: number
  readonly origin: ClearOrigin
  readonly actorId: string | null
  readonly status: "applied" | "pending"
  readonly everything: boolean
  readonly calls: number
  readonly tags: number
  readonly keys: number
  readonly sample: readonly string[]
}

export type EntryState = "valid" | "outdated" | "foreign" | "expired" | "unreadable" | "absent" | "unreachable"

export interface EntryReport {
  readonly key: string
  readonly name: string
  readonly serverId: string
  readonly state: EntryState
  readonly outdatedBy: string | null
  readonly rawBytes: number
  readonly bytes: number
  readonly storedAtMs: number | null
  readonly expiresAtMs: number | null
  readonly autoInvalidate: boolean
  readonly costMicros: number
  readonly tags: readonly string[]
  readonly preview: string
  readonly previewTruncated: boolean
}

export interface ServerReport {
  readonly id: string
  readonly holdsLog: boolean
  readonly state: "idle" | "connecting" | "ready" | "down" | "closed"
  readonly reason: string | null
  readonly downSinceMs: number | null
  readonly stats: ServerStats | null
}

export interface ServerStats {
  readonly version: string
  readonly uptimeSeconds: number
  readonly startedAtMs: number
  readonly memoryUsedBytes: number
  readonly memoryLimitBytes: number
  readonly itemSizeMaxBytes: number
  readonly items: number
  readonly evictions: number
  readonly connections: number
  readonly getHits: number
  readonly getMisses: number
  readonly pingMs: number
  readonly sampledAtMs: number
}

export interface Health {
  readonly status: "healthy" | "degraded" | "unreachable"
  readonly reason: "circuit_open" | "clear_pending" | null
  readonly sinceMs: number | null
}
