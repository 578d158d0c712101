import type { CreateNotificationDTO } from "@medusajs/framework/types"
import { OutageReports } from "../outage-reports"

type Reported = Parameters<OutageReports["report"]>[0] extends Iterable<infer Cache> ? Cache : never
type Notifications = Parameters<OutageReports["report"]>[1]
type Written = CreateNotificationDTO

const MINUTE = 60_000

/** A cache whose only server is away or there, as is told. */
function fakeCache() {
  const state = { awaySinceMs: undefined as number | undefined, pending: 0, hasPending: false }
  const cache = {
    servers: [{ id: "a:1" }],
    get hasPending() {
      return state.hasPending
    },
    insight: {
      outages: () =>
        state.awaySinceMs === undefined
          ? []
          : [{ serverId: "a:1", sinceMs: state.awaySinceMs, reason: "connect ECONNREFUSED" }],
      statistics: { snapshot: () => ({ clears: { pending: state.pending } }) },
    },
  } as unknown as Reported
  return { state, cache }
}

/** The Notification Module, with its rule that a key is used once. */
function fakeNotifications() {
  const written: (Written & { id: string })[] = []
  let reads = 0
  const notifications = {
    listNotifications: () => {
      reads++
      return Promise.resolve(written.slice(-1))
    },
    createNotifications: (notification: Written) => {
      const isKnown = written.some(({ idempotency_key }) => idempotency_key === notification.idempotency_key)
      if (!isKnown) written.push({ ...notification, id: `noti_${written.length}` })
      return Promise.resolve(notification)
    },
  } as unknown as Notifications
  const titles = () => written.map(({ data }) => (data as { title: string }).title)
  const lastText = () => (written.at(-1)?.data as { description: string } | undefined)?.description
  return { notifications, titles, lastText, reads: () => reads }
}

describe("OutageReports", () => {
  const setUp = () => {
    const { state, cache } = fakeCache()
    const told = fakeNotifications()
    const reports = new OutageReports()
    const at = (minute: number, by = reports) => by.report([cache], told.notifications, minute * MINUTE)
    return { state, at, ...told }
  }

  it("says nothing of less than a minute", async () => {
    const { state, at, titles } = setUp()
    await at(0)
    state.awaySinceMs = 30_001
    await at(1)
    expect(titles()).toEqual([])
    await at(2)
    expect(titles()).toEqual(["Memcached is unreachable"])
  })

  it("says once that a server is away, and once that it is back, for how long, and what waited", async () => {
    const { state, at, titles, lastText } = setUp()
    await at(0)
    state.awaySinceMs = 0
    await at(1)
    expect(lastText()).toContain("connect ECONNREFUSED.")
    state.pending = 3
    state.hasPending = true
    await at(2)
    state.awaySinceMs = undefined
    await at(75)
    expect(titles()).toEqual(["Memcached is unreachable"])
    state.hasPending = false
    await at(76)
    await at(77)
    expect(titles()).toEqual(["Memcached is unreachable", "Memcached is back"])
    expect(lastText()).toBe(
      "a:1 was away for 1 hour 16 minutes and is used again. 3 clears that waited for it have been delivered."
    )
  })

  it("says it once for all processes, and after a restart of Medusa", async () => {
    const { state, at, titles } = setUp()
    const other = new OutageReports()
    state.awaySinceMs = 0
    await at(1)
    await at(1, other)
    state.awaySinceMs = undefined
    const restarted = new OutageReports()
    await at(3, restarted)
    await at(3, other)
    await at(3)
    expect(titles()).toEqual(["Memcached is unreachable", "Memcached is back"])
  })

  it("says it of the next outage as well, however soon that begins", async () => {
    const { state, at, titles } = setUp()
    const other = new OutageReports()
    for (const minute of [0, 2]) {
      state.awaySinceMs = minute * MINUTE
      await at(minute + 1)
      await at(minute + 1, other)
      state.awaySinceMs = undefined
      await at(minute + 2)
      await at(minute + 2, other)
    }
    const once = ["Memcached is unreachable", "Memcached is back"]
    expect(titles()).toEqual([...once, ...once])
  })

  it("does not say that a server is back because another provider has not noticed that it is away", async () => {
    const { state, cache, notifications, titles } = { ...fakeCache(), ...fakeNotifications() }
    const idle = fakeCache()
    const reports = new OutageReports()
    state.awaySinceMs = 0
    for (const minute of [1, 2]) await reports.report([cache, idle.cache].values(), notifications, minute * MINUTE)
    expect(titles()).toEqual(["Memcached is unreachable"])
    state.awaySinceMs = undefined
    await reports.report([cache, idle.cache].values(), notifications, 3 * MINUTE)
    expect(titles()).toEqual(["Memcached is unreachable", "Memcached is back"])
  })

  it("asks for nothing while nothing is wrong", async () => {
    const { at, reads } = setUp()
    await at(0)
    const atFirst = reads()
    for (let minute = 1; minute < 5; minute++) await at(minute)
    expect(reads()).toBe(atFirst)
  })
})
