import type { Cache, StatisticsSnapshot } from "../../../../cache"

/** The parts of the engine that are being built. */
export interface MonitoredCache extends Cache {
  readonly history: { read(range: Range): Promise<History> }
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
