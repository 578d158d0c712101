import type { InvalidationLog } from "../log/invalidation-log"
import type { LogVersion } from "../log/tag-versions"
import type { MemcachedServer, ServerState } from "../memcached/server"
import type { Protocol } from "../memcached/server-options"
import { figureIn, isPastTime, isTime } from "../support/figure"
import { printable } from "../support/logger"
import type { Cluster } from "../memcached/cluster"
import type { Runtime } from "../support/runtime"
import { describeTrouble } from "../memcached/trouble-watch"
import type { ServerWatch } from "./health"

/** Memcached's own counters since it was started, over all its clients (protocol.txt, "General-purpose statistics"). */
export interface ServerStats {
  readonly version: string
  readonly uptimeSeconds: number
  /** The start by the server's clock, unless that is off by more than a day. */
  readonly startedAtMs: number
  readonly memoryUsedBytes: number
  readonly memoryLimitBytes: number
  readonly itemSizeMaxBytes: number
  readonly items: number
  readonly evictions: number
  readonly connections: number
  readonly getHits: number
  readonly getMisses: number
  /**
   * The fastest answer of the last minute, including commands before it on the connection. Slower ones have waited for
   * this process, which is busy with requests.
   */
  readonly pingMs: number
  readonly sampledAtMs: number
}

export interface ServerReport {
  /** `host:port` */
  readonly id: string
  readonly state: ServerState
  /** Null while there is no connection. */
  readonly protocol: Protocol | null
  /** What this process knows of its log. Null before it has been read. */
  readonly log: LogVersion | null
  /** Whether nothing is served from it, because it may have missed a clear. */
  readonly isDistrusted: boolean
  /** Why the server is down, or what is wrong although it answers, in English. Never contains credentials. */
  readonly reason: string | null
  readonly downSinceMs: number | null
  /**
   * Its share of the items on all servers that tell their counters, from 0 to 1, with the items of other clients. Null
   * without its counters, and while there are no items.
   */
  readonly shareOfItems: number | null
  /** Null when the server does not answer, or refuses to. */
  readonly stats: ServerStats | null
}

/** The length limit of a version. memcached's have about ten characters. */
const MAX_VERSION_CHARS = 40

/** The time for which a sample is reused, so that many open pages cost one request. */
const SAMPLE_MS = 2_000

/** The number of requests for a sample. While a page opens, the first answer waits for the routes that it asks for. */
const ASKED_FOR_SAMPLE = 3

/** The time for which the fastest answer counts as the server's. */
const PING_MS = 60_000

interface Sample {
  readonly takenAt: number
  readonly stats: Promise<ServerStats | null>
}

interface Ping {
  readonly takenAt: number
  readonly ms: number
}

/** Reads the counters of each server, by default at most once every two seconds for all callers together. */
export class ServerStatistics {
  readonly #cluster: Cluster
  readonly #log: Pick<InvalidationLog, "servers"> | undefined
  readonly #watch: ServerWatch
  readonly #runtime: Runtime
  readonly #samples = new WeakMap<MemcachedServer, Sample>()
  readonly #pings = new WeakMap<MemcachedServer, readonly Ping[]>()

  /** Without a log nothing is known of clears. */
  constructor(cluster: Cluster, watch: ServerWatch, runtime: Runtime, log?: Pick<InvalidationLog, "servers">) {
    this.#cluster = cluster
    this.#log = log
    this.#watch = watch
    this.#runtime = runtime
    // The server that returns may be another one.
    cluster.onStateChange((server, state) => state === "down" && this.#forget(server))
  }

  /**
   * Reads the counters of all servers, at most `maxAgeMs` old. Never rejects. A server that is known to be down is not
   * asked.
   */
  async read(maxAgeMs = SAMPLE_MS): Promise<ServerReport[]> {
    const reports = await Promise.all(
      this.#cluster.servers.map(async (server) => {
        const log = this.#log?.servers.find((each) => each.server === server)
        const stats = await this.#statsOf(server, maxAgeMs)
        // Read the state now: the request may have found out that the server is down.
        const { state } = server
        return {
          id: server.id,
          state,
          protocol: server.protocol ?? null,
          log: log?.known ?? null,
          isDistrusted: log?.isDistrusted === true,
          reason: reasonOf(server),
          downSinceMs: this.#watch.downSinceMs(server),
          stats: state === "down" ? null : stats,
        }
      })
    )
    const items = reports.reduce((sum, { stats }) => sum + (stats?.items ?? 0), 0)
    return reports.map((report) => ({
      ...report,
      shareOfItems: report.stats && items > 0 ? report.stats.items / items : null,
    }))
  }

  #statsOf(server: MemcachedServer, maxAgeMs: number): Promise<ServerStats | null> {
    if (server.state === "down" || server.state === "closed") return Promise.resolve(null)
    const known = this.#samples.get(server)
    const now = this.#runtime.elapsed()
    if (known && now - known.takenAt < maxAgeMs) return known.stats
    const stats = this.#ask(server)
    this.#samples.set(server, { takenAt: now, stats })
    return stats
  }

  #forget(server: MemcachedServer): void {
    this.#samples.delete(server)
    this.#pings.delete(server)
  }

  async #ask(server: MemcachedServer): Promise<ServerStats | null> {
    try {
      let stats: Record<string, string> | undefined
      for (let i = 0; i < ASKED_FOR_SAMPLE; i++) {
        const askedAt = this.#runtime.elapsed()
        stats = await server.stats?.()
        this.#addPing(server, askedAt)
      }
      return stats ? this.#toStats(stats, server, this.#pingMs(server)) : null
    } catch {
      return null
    }
  }

  #addPing(server: MemcachedServer, askedAt: number): void {
    const takenAt = this.#runtime.elapsed()
    const recent = (this.#pings.get(server) ?? []).filter((ping) => takenAt - ping.takenAt < PING_MS)
    this.#pings.set(server, [...recent, { takenAt, ms: takenAt - askedAt }])
  }

  #pingMs(server: MemcachedServer): number {
    return Math.min(...(this.#pings.get(server) ?? []).map(({ ms }) => ms))
  }

  #toStats(stats: Readonly<Record<string, string>>, server: MemcachedServer, pingMs: number): ServerStats {
    const sampledAtMs = Math.round(this.#runtime.now())
    const count = (name: string): number => figureIn(stats[name]) ?? 0
    const uptimeSeconds = count("uptime")
    // The time is by the same clock as the uptime, so that the start does not move from sample to sample.
    const serverTimeMs = count("time") * 1000
    const nowMs =
      serverTimeMs > 0 && isPastTime(serverTimeMs, sampledAtMs) ? serverTimeMs : Math.floor(sampledAtMs / 1000) * 1000
    const startedAtMs = nowMs - uptimeSeconds * 1000
    return {
      version: printable(stats.version ?? "", MAX_VERSION_CHARS),
      uptimeSeconds,
      startedAtMs: isTime(startedAtMs) ? startedAtMs : sampledAtMs,
      memoryUsedBytes: count("bytes"),
      memoryLimitBytes: count("limit_maxbytes"),
      itemSizeMaxBytes: server.itemSizeMaxBytes,
      items: count("curr_items"),
      evictions: count("evictions"),
      connections: count("curr_connections"),
      getHits: count("get_hits"),
      getMisses: count("get_misses"),
      pingMs: Math.round(pingMs * 1000) / 1000,
      sampledAtMs,
    }
  }
}

function reasonOf({ id, state, downReason, trouble }: MemcachedServer): string | null {
  if (state === "down") return downReason?.message ?? null
  return trouble ? describeTrouble(id, trouble.kind) : null
}
