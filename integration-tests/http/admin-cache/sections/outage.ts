import { Modules } from "@medusajs/framework/utils"
import type {
  AdminCacheClearResponse,
  AdminCacheEntryDeleteResponse,
  AdminCacheEntryResponse,
  AdminCacheInvalidationResponse,
  AdminCacheInvalidationsResponse,
  AdminCacheResponse,
  AdminCacheServersResponse,
} from "../../../../src/types/http"
import reportOutages from "../../../../src/jobs/report-outages"
import { OutageReports } from "../../../../src/modules/cache-monitor/outage-reports"
import { monitorOf } from "../../../../src/modules/cache-monitor/running-cache"
import { eventually } from "../../../../testing/eventually"
import { captureCommand } from "../../../../testing/captured-command"
import { READS, UNKNOWN_INVALIDATION } from "../every-route"
import type { Section } from "./section"

const PATIENCE_MS = 60_000

const has = (part: string): string => expect.stringContaining(part) as string

export function describeOutage({ api, admin, shop, memcached, container }: Section): void {
  const statusBecomes = (wanted: string) =>
    eventually(
      async () => (await admin().get<AdminCacheResponse>()).data.cache,
      ({ status }) => status === wanted,
      PATIENCE_MS
    )

  describe("while Memcached is away", () => {
    beforeEach(async () => {
      await shop().store({ key: "menu", tags: ["Menu:main"] })
      await memcached().kill()
      // Whoever asks next finds out.
      await shop().has("menu")
    })
    afterEach(async () => {
      await memcached().restart()
      await statusBecomes("healthy")
    })

    it("says so, since when, and that the store goes on", async () => {
      const cache = await statusBecomes("unreachable")
      expect(cache).toMatchObject({ reason: "circuit_open", permissions: { clear: true } })
      expect(cache.providers[0]?.status).toBe("unreachable")
      expect(cache.message).toContain("The shop keeps working")
      expect(Date.parse(cache.since ?? "")).toBeLessThanOrEqual(Date.now())
      const { data } = await admin().get<AdminCacheServersResponse>("/servers")
      expect(data.servers[0]).toMatchObject({ state: "down", stats: null })
      expect(data.servers[0]?.reason).toEqual(expect.any(String))
      expect((await admin().get<AdminCacheEntryResponse>("/entry?key=menu")).data.entry.state).toBe("unreachable")
    })

    it("is answered by every route all the same", async () => {
      for (const { name, call } of READS) {
        expect({ name, status: (await call(admin())).status }).toEqual({ name, status: 200 })
      }
    })

    it("does not know an invalidation that it cannot look up", async () => {
      expect((await UNKNOWN_INVALIDATION.call(admin())).status).toBe(404)
    })

    it("keeps a clear and says that it waits, then delivers it", async () => {
      const { status, data } = await admin().post<AdminCacheClearResponse>("/clear", { tags: ["Menu:main"] })
      expect(status).toBe(200)
      expect(data.clear).toMatchObject({
        status: "pending",
        pending_servers: [memcached().address],
        entries: null,
        stale_until: null,
      })
      expect(data.clear.message).toContain("delivered when the server answers")
    })

    it("is what the command line explains, and its clear has an exit code of its own", async () => {
      const { data } = await admin().createSecretKey<{ api_key: { token: string } }>()
      const environment = { MEDUSA_BACKEND_URL: api.defaults.baseURL, MEDUSA_API_KEY: data.api_key.token }
      await statusBecomes("unreachable")
      const explained = await captureCommand(["explain", "menu"], { environment })
      expect(explained.output).toMatch(/^menu {2}miss: Memcached is not usable\n/)
      expect(explained.output).toContain(`${memcached().address} has been down for`)
      expect(explained.exitCode).toBe(0)
      const stats = await captureCommand(["stats"], { environment })
      expect(stats.output).toMatch(/Status +unreachable/)
      expect(stats.exitCode).toBe(0)
      const cleared = await captureCommand(["clear", "--tag", "Menu:main"], { environment })
      expect(cleared.output).toMatch(/^Pending: .* could not be reached for 1 target/)
      expect(cleared.exitCode).toBe(3)
    })

    it("tells the users of the dashboard once, however many processes notice it, and when it is back", async () => {
      const notifications = container().resolve(Modules.NOTIFICATION)
      const told = async () => {
        const filter = { channel: "feed", resource_id: memcached().address }
        const list = await notifications.listNotifications(filter, { order: { created_at: "ASC" } })
        return list.map(({ data, status }) => ({ status, ...data }))
      }
      const processes = [new OutageReports(), new OutageReports()]
      const report = async (afterMs = 0) => {
        const caches = [...monitorOf(container()).caches().values()]
        for (const reports of processes) await reports.report(caches, notifications, Date.now() + afterMs)
      }
      await statusBecomes("unreachable")
      await report()
      await reportOutages(container())
      expect(await told()).toEqual([])

      await report(90_000)
      await report(150_000)
      const away = { status: "success", title: "Memcached is unreachable", description: has("The shop keeps working") }
      expect(await told()).toMatchObject([away])
      await admin().post("/clear", { tags: ["Menu:main"] })

      await memcached().restart()
      await statusBecomes("healthy")
      await report(150_000)
      await report(210_000)
      const back = { status: "success", title: "Memcached is back", description: has("was away for") }
      expect(await told()).toMatchObject([away, back])
      expect(await told()).toMatchObject([{}, { description: has("clear") }])
    })

    it("keeps the clear of an entry", async () => {
      const { status, data } = await admin().delete<AdminCacheEntryDeleteResponse>("/entry?key=menu")
      expect(status).toBe(200)
      expect(data).toMatchObject({ id: "menu", deleted: false, clear: { status: "pending" } })
    })

    it("takes an invalidation, and tells how far it is", async () => {
      const started = await admin().post<AdminCacheInvalidationResponse>("/invalidations", { tags: ["Menu:main"] })
      expect(started.status).toBe(202)
      const { id } = started.data.invalidation
      const { status, data } = await admin().get<AdminCacheInvalidationResponse>(`/invalidation?id=${id}`)
      expect({ status, ...data.invalidation }).toMatchObject({ status: 200, id, total: 1 })
      const { data: list } = await admin().get<AdminCacheInvalidationsResponse>("/invalidations")
      expect(list.invalidations[0]).toMatchObject({ id })
    })
  })

  describe("while Memcached is frozen", () => {
    afterEach(async () => {
      memcached().thaw()
      await statusBecomes("healthy")
    })

    it("is answered by every route all the same", async () => {
      for (const { name, call } of READS) {
        // Each finds a connection that looks alive.
        memcached().thaw()
        await statusBecomes("healthy")
        memcached().freeze()
        expect({ name, status: (await call(admin())).status }).toEqual({ name, status: 200 })
      }
    })
  })
}
