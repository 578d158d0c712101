import type { Health, ServerReport, ServerStats, TotalFigures } from "../../../../cache"
import type { Family, Sample } from "./exposition"

/** What is exported of one provider. */
export interface ProviderReading {
  readonly providerId: string
  readonly health: Health
  readonly logVersion: number
  readonly pendingClears: number
  /** Undefined when they cannot be read. Their metrics are then missing, since a lower value would look like a restart. */
  readonly figures: TotalFigures | undefined
  readonly servers: readonly ServerReport[]
}

export interface ProcessReading {
  /** Tells the processes behind one address apart. */
  readonly process: string
  /** Whether Medusa's own queries are cached by one of the providers. */
  readonly isActive: boolean
  readonly providers: readonly ProviderReading[]
}

type Labels = Sample["labels"]
type Reading = ProviderReading & { readonly process: string }

interface Definition extends Omit<Family, "samples"> {
  readonly samplesOf: (reading: Reading) => readonly Sample[]
}

/**
 * Returns all metrics. There are three sources:
 *
 * - Counters of all processes, from Memcached. They have no label for the process: whichever answers, they are the same.
 *   They begin again when Memcached loses them.
 * - Gauges of the process that answers, with the label `process`.
 * - Each server's own figures, since its start.
 */
export function familiesOf({ process, isActive, providers }: ProcessReading): Family[] {
  const active: Family = {
    name: "medusa_cache_active",
    type: "gauge",
    help: "Whether Medusa's own queries are cached by this plugin.",
    samples: [{ labels: { process }, value: Number(isActive) }],
  }
  const families = [...SHARED, ...OF_PROCESS, ...OF_SERVERS].map(({ samplesOf, ...family }) => ({
    ...family,
    samples: providers.flatMap((provider) =>
      samplesOf({ ...provider, process }).map((sample) => ({
        ...sample,
        labels: { provider: provider.providerId, ...sample.labels },
      }))
    ),
  }))
  return [active, ...families]
}

const sample = (value: number, labels: Labels = {}, suffix?: Sample["suffix"]): Sample => ({
  labels,
  value,
  ...(suffix ? { suffix } : {}),
})

function shared(
  name: string,
  help: string,
  samplesOf: (figures: TotalFigures) => readonly Sample[],
  type: Family["type"] = "counter"
): Definition {
  return { name, type, help, samplesOf: ({ figures }) => (figures ? samplesOf(figures) : []) }
}

type EntityTotals = TotalFigures["entities"][number]

const byEntity = (name: string, help: string, countOf: (totals: EntityTotals) => number): Definition =>
  shared(name, help, ({ entities }) => entities.map((totals) => sample(countOf(totals), { entity: totals.entity })))

const byReason = (result: string, counts: Readonly<Record<string, number>>): Sample[] =>
  Object.entries(counts).map(([reason, count]) => sample(count, { result, reason }))

const SHARED: readonly Definition[] = [
  shared("medusa_cache_lookups_total", "Lookups by key, by result and by the reason of a miss.", ({ totals }) => [
    sample(totals.hits, { result: "hit" }),
    ...byReason("miss", totals.misses),
    sample(totals.uncacheable, { result: "uncacheable" }),
  ]),
  shared("medusa_cache_tag_lookups_total", "Lookups by tags.", ({ totals }) => [sample(totals.tagLookups)]),
  shared("medusa_cache_sets_total", "Sets, by result and by the reason of a refusal.", ({ totals }) => [
    sample(totals.sets, { result: "stored" }),
    ...byReason("refused", totals.refused),
  ]),
  shared(
    "medusa_cache_sets_kept_briefly_total",
    "Stored sets whose data may have been loaded before a clear; they are kept for 10 seconds.",
    ({ totals }) => [sample(totals.keptBriefly)]
  ),
  shared(
    "medusa_cache_clears_total",
    "Calls to clear, by kind: automatic calls are caused by events.",
    ({ totals }) => [
      sample(totals.clears.automatic, { kind: "automatic" }),
      sample(totals.clears.explicit, { kind: "explicit" }),
    ]
  ),
  shared(
    "medusa_cache_clears_pending_total",
    "Calls to clear that were answered before the clear reached Memcached.",
    ({ totals }) => [sample(totals.clears.pending)]
  ),
  shared(
    "medusa_cache_time_saved_seconds_total",
    "Time to compute what the hits returned, less the time of the hits.",
    ({ totals }) => [sample(totals.timeSavedMs / 1000)]
  ),
  shared(
    "medusa_cache_build_duration_seconds",
    "Time to compute the data of stored entries.",
    ({ totals }) => [sample(totals.buildMs / 1000, {}, "_sum"), sample(totals.builds, {}, "_count")],
    "summary"
  ),
  shared("medusa_cache_read_bytes_total", "Size of the entries that hits returned, as stored.", ({ totals }) => [
    sample(totals.bytes.read),
  ]),
  shared(
    "medusa_cache_read_uncompressed_bytes_total",
    "Size of the entries that hits returned, before compression.",
    ({ totals }) => [sample(totals.bytes.readRaw)]
  ),
  shared("medusa_cache_written_bytes_total", "Size of the stored entries.", ({ totals }) => [
    sample(totals.bytes.written),
  ]),
  shared(
    "medusa_cache_written_uncompressed_bytes_total",
    "Size of the stored entries, before compression.",
    ({ totals }) => [sample(totals.bytes.writtenRaw)]
  ),
  shared(
    "medusa_cache_errors_total",
    "Commands that Memcached did not answer, or answered with an error.",
    ({ totals }) => [sample(totals.errors)]
  ),
  shared("medusa_cache_round_trips_total", "Writes to a socket that waited for an answer.", ({ totals }) => [
    sample(totals.roundTrips),
  ]),
  byEntity(
    "medusa_cache_entity_lookups_total",
    "Lookups by the type of entity that was asked for.",
    ({ lookups }) => lookups
  ),
  byEntity("medusa_cache_entity_hits_total", "Hits by the type of entity.", ({ hits }) => hits),
  byEntity(
    "medusa_cache_entity_cleared_total",
    "Lookups that found an entry cleared, by the type of entity.",
    ({ misses }) => misses.cleared
  ),
]

const STATUSES: readonly Health["status"][] = ["healthy", "degraded", "unreachable"]

const OF_PROCESS: readonly Definition[] = [
  {
    name: "medusa_cache_status",
    type: "gauge",
    help: "The status of the cache as the process sees it: 1 for the current one, 0 for the others.",
    samplesOf: ({ health, process }) =>
      STATUSES.map((status) => sample(Number(status === health.status), { process, status })),
  },
  {
    name: "medusa_cache_pending_clears",
    type: "gauge",
    help: "Clears of the process that wait for Memcached. Until they are delivered, it serves nothing.",
    samplesOf: ({ pendingClears, process }) => [sample(pendingClears, { process })],
  },
  {
    name: "medusa_cache_log_version",
    type: "gauge",
    help: "The version of the log of clears that the process knows.",
    samplesOf: ({ logVersion, process }) => [sample(logVersion, { process })],
  },
  {
    name: "medusa_cache_server_up",
    type: "gauge",
    help: "Whether the server answers the process.",
    samplesOf: ({ servers, process }) =>
      servers.map(({ id, state }) => sample(Number(state === "ready"), { server: id, process })),
  },
]

function ofServer(
  name: string,
  type: "counter" | "gauge",
  help: string,
  valueOf: (stats: ServerStats) => number
): Definition {
  const samplesOf = ({ servers }: Reading): Sample[] =>
    servers.flatMap(({ id, stats }) => (stats ? [sample(valueOf(stats), { server: id })] : []))
  return { name, type, help, samplesOf }
}

const OF_SERVERS: readonly Definition[] = [
  {
    name: "medusa_cache_server_info",
    type: "gauge",
    help: "Memcached's version; the value is always 1.",
    samplesOf: ({ servers }) =>
      servers.flatMap(({ id, stats }) => (stats ? [sample(1, { server: id, version: stats.version })] : [])),
  },
  ofServer("medusa_cache_server_items", "gauge", "Items in memory, of all clients.", ({ items }) => items),
  ofServer(
    "medusa_cache_server_memory_used_bytes",
    "gauge",
    "Memory that the items take.",
    ({ memoryUsedBytes }) => memoryUsedBytes
  ),
  ofServer(
    "medusa_cache_server_memory_limit_bytes",
    "gauge",
    "Memory that the items may take.",
    ({ memoryLimitBytes }) => memoryLimitBytes
  ),
  ofServer(
    "medusa_cache_server_evictions_total",
    "counter",
    "Items that were evicted to make room.",
    ({ evictions }) => evictions
  ),
  ofServer(
    "medusa_cache_server_connections",
    "gauge",
    "Open connections, of all clients.",
    (stats) => stats.connections
  ),
  ofServer(
    "medusa_cache_server_uptime_seconds",
    "gauge",
    "Time since the server's start.",
    (stats) => stats.uptimeSeconds
  ),
]
