import type { INotificationModuleService } from "@medusajs/framework/types"
import type { Cache } from "../../cache"

/** How long a server has to be away before anybody is told: a restart is no outage. */
const REPORTED_AFTER_MS = 60_000

/**
 * Processes notice an outage within seconds of each other. Those that report it at the same moment use one key: by the
 * notification before it, or if there is none, by the time.
 */
const SAME_OUTAGE_MS = 300_000

const RESOURCE = "memcached_server"
const AWAY = "memcached.away"
const BACK = "memcached.back"

/** What makes Medusa's dashboard show a notification to all of its users. */
const FEED = { to: "", channel: "feed", template: "admin-ui", resource_type: RESOURCE }

type Notifications = Pick<INotificationModuleService, "createNotifications" | "listNotifications">
type Outage = ReturnType<Cache["insight"]["outages"]>[number]

/** What is read of a cache. */
type ReportedCache = Pick<Cache, "hasPending"> & {
  readonly servers: readonly Pick<Cache["servers"][number], "id">[]
  readonly insight: Pick<Cache["insight"], "outages"> & {
    readonly statistics: Pick<Cache["insight"]["statistics"], "snapshot">
  }
}

/**
 * Tells the users of the dashboard, in its notifications, that a server has been away for a minute, and later that it
 * is back: once for each outage, however many processes notice it. The newest notification of a server says what has
 * been told. It is only read during an outage, after one, and when the process has started.
 */
export class OutageReports {
  /** The servers that are away by the last notification that this process knows of. */
  readonly #told = new Set<string>()
  /** Calls of clears that were answered "pending", as counted while all servers of the cache were there. */
  readonly #pendingBefore = new Map<ReportedCache, number>()
  #isFirst = true

  /** Compares the servers with what has been told. Call it every minute. */
  async report(caches: Iterable<ReportedCache>, notifications: Notifications, nowMs = Date.now()): Promise<void> {
    const all = [...caches].map((cache) => ({ cache, outages: cache.insight.outages() }))
    // Several providers may use one server, and one that is idle does not notice that it is away.
    const away = new Set(all.flatMap(({ outages }) => outages.map(({ serverId }) => serverId)))
    for (const { cache, outages } of all) {
      for (const { id } of cache.servers) {
        const outage = outages.find(({ serverId }) => serverId === id)
        if (outage) await this.#away(cache, outage, notifications, nowMs)
        else if (!away.has(id) && !cache.hasPending) await this.#back(cache, id, notifications, nowMs)
      }
      if (outages.length === 0 && !cache.hasPending) this.#pendingBefore.set(cache, pendingOf(cache))
    }
    this.#isFirst = false
  }

  async #away(cache: ReportedCache, outage: Outage, notifications: Notifications, nowMs: number): Promise<void> {
    const { serverId, sinceMs, reason } = outage
    if (this.#told.has(serverId) || nowMs - sinceMs < REPORTED_AFTER_MS) return
    const known = await newestOf(notifications, serverId)
    if (known?.trigger_type !== AWAY) {
      const before = pendingOf(cache)
      await notifications.createNotifications({
        ...FEED,
        trigger_type: AWAY,
        resource_id: serverId,
        idempotency_key: `${AWAY}:${serverId}:${known?.id ?? Math.floor(sinceMs / SAME_OUTAGE_MS)}`,
        data: {
          title: "Memcached is unreachable",
          description:
            `${serverId} has been away since ${timeOf(sinceMs)}. ${sentenceOf(reason)}The shop keeps working, but what was ` +
            "cached there is read from the database. Check that Memcached is running and can be reached.",
          since: new Date(sinceMs).toISOString(),
        },
      })
      // Writing the notification clears its own tags, which is pending now as well.
      this.#pendingBefore.set(cache, (this.#pendingBefore.get(cache) ?? 0) + pendingOf(cache) - before)
    }
    this.#told.add(serverId)
  }

  async #back(cache: ReportedCache, serverId: string, notifications: Notifications, nowMs: number): Promise<void> {
    if (!this.#isFirst && !this.#told.has(serverId)) return
    const known = await newestOf(notifications, serverId)
    if (known?.trigger_type === AWAY) {
      const pending = pendingOf(cache) - (this.#pendingBefore.get(cache) ?? 0)
      await notifications.createNotifications({
        ...FEED,
        trigger_type: BACK,
        resource_id: serverId,
        idempotency_key: `${BACK}:${known.id}`,
        data: {
          title: "Memcached is back",
          description: `${serverId} was away for ${durationOf(known.data, nowMs)} and is used again.${deliveredOf(pending)}`,
        },
      })
    }
    this.#told.delete(serverId)
  }
}

async function newestOf(notifications: Notifications, serverId: string) {
  const [newest] = await notifications.listNotifications(
    { resource_type: RESOURCE, resource_id: serverId },
    { order: { created_at: "DESC" }, take: 1 }
  )
  return newest
}

const pendingOf = (cache: ReportedCache): number => cache.insight.statistics.snapshot().clears.pending

const timeOf = (ms: number): string => `${new Date(ms).toISOString().slice(11, 16)} UTC`

const sentenceOf = (reason: string | null): string =>
  reason === null ? "" : `${reason.endsWith(".") ? reason : `${reason}.`} `

const deliveredOf = (pending: number): string =>
  pending > 0
    ? ` ${counted(pending, "clear")} that waited for it ${pending === 1 ? "has" : "have"} been delivered.`
    : ""

const MINUTE_MS = 60_000
const MINUTES_AN_HOUR = 60

function durationOf(data: unknown, nowMs: number): string {
  const since = typeof data === "object" && data !== null && "since" in data ? Date.parse(String(data.since)) : NaN
  const minutes = Math.max(1, Math.round((nowMs - since) / MINUTE_MS))
  if (Number.isNaN(minutes)) return "some time"
  const hours = Math.floor(minutes / MINUTES_AN_HOUR)
  const rest = minutes % MINUTES_AN_HOUR
  return [hours > 0 && counted(hours, "hour"), rest > 0 && counted(rest, "minute")].filter(Boolean).join(" ")
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`
