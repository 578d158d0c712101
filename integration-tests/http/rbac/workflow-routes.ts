import type { IRbacModuleService } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import { CACHE_MONITOR } from "../../../src/modules/cache-monitor"
import type { CacheMonitorService } from "../../../src/modules/cache-monitor/service"
import { invalidateCacheWorkflowId } from "../../../src/workflows"
import { eventually } from "../../../testing/eventually"
import { ShopCache } from "../admin-cache/shop-cache"
import { createAdminUser } from "../admin-user"
import { workflowRoutesOfMedusa } from "./medusa-routes"
import type { TestShop } from "../shop-test-runner"

const PATIENCE_MS = 60_000
const ROOT = "/admin/workflows-executions"
const SOMEBODY_ELSE = { origin: "admin", actorId: "user_somebody_else" }

type Policy = readonly [resource: string, operation: string]
const MAY_RUN: Policy = ["workflow_execution", "read"]
const MAY_CLEAR: Policy = ["cache", "clear"]

export function describeWorkflowRoutes({ api: http, getContainer }: TestShop): void {
  describe("Medusa's routes for workflows", () => {
    let shop: ShopCache
    beforeAll(() => {
      shop = new ShopCache(getContainer())
    })
    beforeEach(async () => {
      await shop.clearEverything()
      await shop.store({ key: "menu", tags: ["Menu:main"] })
    })

    const userWith = async (name: string, policies: readonly Policy[]) => {
      const rbac: IRbacModuleService = getContainer().resolve(Modules.RBAC)
      const role = await rbac.createRbacRoles({ name })
      for (const [resource, operation] of policies) {
        const [policy] = await rbac.listRbacPolicies({ resource, operation })
        await rbac.createRbacRolePolicies({ role_id: role.id, policy_id: policy?.id ?? "" })
      }
      const headers = await createAdminUser(getContainer(), { email: `${name}@example.com`, roles: [role.id] })
      const [user] = await getContainer()
        .resolve(Modules.USER)
        .listUsers({ email: `${name}@example.com` })
      const send = async (method: string, url: string, body?: object) => {
        const request = { method, url, data: body, headers, timeout: PATIENCE_MS, validateStatus: () => true }
        const { status, data } = await http.request<{ message: string; acknowledgement?: { transactionId: string } }>(
          request
        )
        return { status, ...data }
      }
      return { id: user?.id ?? "", send }
    }
    const invalidations = () => getContainer().resolve<CacheMonitorService>(CACHE_MONITOR).invalidations

    const run = (input: object) => ({ input })
    const everything = run({ all: true, createdBy: SOMEBODY_ELSE })

    it("runs nothing of the plugin's for somebody who may not clear, however the route is spelt", async () => {
      const reader = await userWith("reader", [MAY_RUN])
      const encoded = "%6Demcached%2Dinvalidate%2Dcache"
      const spellings = [
        `${ROOT}/${invalidateCacheWorkflowId}/run`,
        `${ROOT}/${invalidateCacheWorkflowId}/run/`,
        `${ROOT}/${invalidateCacheWorkflowId}/RUN`,
        `/Admin/Workflows-Executions/${invalidateCacheWorkflowId}/run`,
        `${ROOT}/${encoded}/run`,
        `${ROOT}/${encoded}/%72un`,
        `${ROOT}/${invalidateCacheWorkflowId}/run?a=b`,
      ]
      for (const path of spellings) {
        const { status, message } = await reader.send("POST", path, everything)
        // What Express does not take for the route is no route at all.
        expect({ path, status: status === 404 ? 403 : status, message }).toMatchObject({ path, status: 403 })
        if (status === 403) expect(message).toContain("cache:clear")
      }
      expect(await shop.has("menu")).toBe(true)
      expect(await invalidations().list()).toEqual([])
    })

    it("guards every route of Medusa's by which something happens to a workflow", async () => {
      const reader = await userWith("prober", [MAY_RUN])
      const routes = (await workflowRoutesOfMedusa()).filter(({ method }) => method !== "GET")
      expect(routes.map(({ path }) => path).sort()).toEqual([
        `${ROOT}/:workflow_id/run`,
        `${ROOT}/:workflow_id/steps/failure`,
        `${ROOT}/:workflow_id/steps/success`,
      ])
      for (const { method, path } of routes) {
        const url = path.replace(":workflow_id", invalidateCacheWorkflowId).replace(/:\w+/g, "any")
        const step = { transaction_id: "any", step_id: "memcached-clear-targets", response: {} }
        const { status, message } = await reader.send(method, url, { ...everything, ...step })
        expect({ url, status, message }).toEqual({
          url,
          status: 403,
          message: "Insufficient permissions. Required policies: cache:clear",
        })
      }
    })

    it("runs for who may clear, in the caller's name whoever else is named", async () => {
      const keeper = await userWith("keeper", [MAY_RUN, MAY_CLEAR])
      const { status, acknowledgement } = await keeper.send(
        "POST",
        `${ROOT}/${invalidateCacheWorkflowId}/run`,
        run({ tags: ["Menu:main"], createdBy: SOMEBODY_ELSE })
      )
      expect(status).toBe(200)
      const ended = await eventually(
        () => invalidations().find(acknowledgement?.transactionId ?? ""),
        (found) => found?.state === "done",
        PATIENCE_MS
      )
      expect(ended?.createdBy).toEqual({ type: "admin", id: keeper.id })
      expect(await shop.has("menu")).toBe(false)
    })

    it("takes no input but one that names what to clear", async () => {
      const clerk = await userWith("clerk", [MAY_RUN, MAY_CLEAR])
      for (const [wrong, body] of [
        ["Name what to clear", run({})],
        ["no field 'other'", run({ tags: ["a"], other: "x".repeat(60_000) })],
        ["Field 'tags[0]' is ", run({ tags: ["a".repeat(60_000)] })],
        ["Field 'transactionId' is ", { ...everything, transaction_id: "t".repeat(60_000) }],
      ] as const) {
        const { status, message } = await clerk.send("POST", `${ROOT}/${invalidateCacheWorkflowId}/run`, body)
        expect({ status, message }).toEqual({ status: 400, message: expect.stringContaining(wrong) as string })
        expect(message.length).toBeLessThan(300)
      }
      expect(await shop.has("menu")).toBe(true)
    })

    it("needs Medusa's own policy, too", async () => {
      const clearer = await userWith("clearer", [MAY_CLEAR])
      const { status } = await clearer.send("POST", `${ROOT}/${invalidateCacheWorkflowId}/run`, everything)
      expect(status).toBe(403)
    })

    it("leaves other workflows to Medusa", async () => {
      const reader = await userWith("other-reader", [MAY_RUN])
      expect((await reader.send("POST", `${ROOT}/delete-product-tags/run`, run({ ids: [] }))).status).toBe(200)
      expect((await reader.send("POST", `${ROOT}/memcached-unknown/run`, run({}))).status).toBe(404)
    })
  })
}
