import type { IRbacModuleService } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import type { AdminCacheResponse } from "../../../src/types/http"
import { createAdminUser } from "../admin-user"
import { CacheAdmin } from "../admin-cache/cache-admin"
import { CLEARS, EVERY_ROUTE, READS } from "../admin-cache/every-route"
import { sendRaw } from "../admin-cache/raw-request"
import { ShopCache } from "../admin-cache/shop-cache"
import type { TestShop } from "../shop-test-runner"

export function describePermissions({ api: http, getContainer }: TestShop): void {
  describe("the cache's routes", () => {
    const adminWith = async (email: string, operations: readonly string[]): Promise<CacheAdmin> => {
      const rbac: IRbacModuleService = getContainer().resolve(Modules.RBAC)
      const role = await rbac.createRbacRoles({ name: email })
      const policies = await rbac.listRbacPolicies({ resource: "cache" })
      for (const { id, operation } of policies) {
        if (operations.includes(operation)) await rbac.createRbacRolePolicies({ role_id: role.id, policy_id: id })
      }
      return new CacheAdmin(http, { ...(await createAdminUser(getContainer(), { email, roles: [role.id] })) })
    }

    let shop: ShopCache
    beforeAll(() => {
      shop = new ShopCache(getContainer())
    })

    it("registers what there is to allow", async () => {
      const rbac: IRbacModuleService = getContainer().resolve(Modules.RBAC)
      const policies = await rbac.listRbacPolicies({ resource: "cache" })
      expect(policies.map(({ name, operation }) => [name, operation]).sort()).toEqual([
        ["ClearCache", "clear"],
        ["ReadCache", "read"],
      ])
    })

    it("shows everything to whoever may read, and lets nobody else clear", async () => {
      await shop.store({ key: "menu", tags: ["Menu:main"] })
      const reader = await adminWith("reader@example.com", ["read"])
      for (const { name, call } of READS) {
        expect({ name, status: (await call(reader)).status }).toEqual({ name, status: 200 })
      }
      for (const { name, call } of CLEARS) {
        expect({ name, ...(await call(reader)) }).toMatchObject({
          name,
          status: 403,
          data: { type: "forbidden", message: expect.stringContaining("cache:clear") as string },
          cacheControl: "no-store",
        })
      }
      expect(await shop.has("menu")).toBe(true)
      const { data } = await reader.get<AdminCacheResponse>()
      expect(data.cache.permissions).toEqual({ read: true, clear: false })
    })

    it("refuses whoever may not clear before any of the body is read", async () => {
      const { authorization } = await createAdminUser(getContainer(), { email: "patient@example.com" })
      const headers = { authorization, "content-type": "application/json", "content-length": "100000" }
      for (const { method, path } of CLEARS) {
        const request = { method, path: `/admin/cache${path}`, headers, body: '{"tags":["' }
        expect({ path, ...(await sendRaw(String(http.defaults.baseURL), request)) }).toMatchObject({
          path,
          status: 403,
        })
      }
    })

    it("lets whoever may clear do so", async () => {
      const keeper = await adminWith("keeper@example.com", ["read", "clear"])
      const { data } = await keeper.get<AdminCacheResponse>()
      expect(data.cache.permissions).toEqual({ read: true, clear: true })
      for (const { name, call } of CLEARS) {
        await shop.store({ key: "menu", tags: ["Menu:main"] })
        expect({ name, status: (await call(keeper)).status }).toEqual({
          name,
          status: /invalidations|warm/.test(name) ? 202 : 200,
        })
      }
    })

    it("lets somebody clear who may not read", async () => {
      const clearer = await adminWith("clearer@example.com", ["clear"])
      expect((await clearer.get()).status).toBe(403)
      expect((await clearer.post("/clear", { tags: ["Menu:main"] })).status).toBe(200)
    })

    it("shows nothing to somebody without a role", async () => {
      const nobody = new CacheAdmin(http, {
        ...(await createAdminUser(getContainer(), { email: "nobody@example.com" })),
      })
      for (const { name, call } of EVERY_ROUTE) {
        const { status, data } = await call(nobody)
        expect({ name, status, data }).toMatchObject({ name, status: 403, data: { type: "forbidden" } })
      }
    })

    it("shows nothing to a secret API key, which has no roles in Medusa", async () => {
      const apiKeys = getContainer().resolve(Modules.API_KEY)
      const key = await apiKeys.createApiKeys({ title: "CI", type: "secret", created_by: "test" })
      const ci = new CacheAdmin(http, { authorization: `Basic ${key.token}` })
      for (const { name, call } of EVERY_ROUTE) {
        expect({ name, status: (await call(ci)).status }).toEqual({ name, status: 403 })
      }
    })
  })
}
