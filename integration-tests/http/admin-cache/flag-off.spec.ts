import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import type { AdminCacheResponse } from "../../../src/types/http"
import { useMemcached } from "../memcached-of-the-app"
import { createAdminUser } from "../admin-user"
import { CacheAdmin } from "./cache-admin"
import { EVERY_ROUTE } from "./every-route"
import { shopTestRunner } from "../shop-test-runner"

jest.setTimeout(300_000)

const USERNAME = "shop-user-1f4c"
const PASSWORD = "pa55word-93bd"

// The server takes no credentials, so that what the routes answer also has the errors in it that they lead to.
const memcached = useMemcached("admin-flag-off", ({ address }) => ({
  MEMCACHED_SERVERS: `${USERNAME}:${PASSWORD}@${address}`,
  MEDUSA_FF_CACHING: "false",
}))

shopTestRunner({
  testSuite: ({ api, getContainer }) => {
    let admin: CacheAdmin
    beforeAll(async () => {
      admin = new CacheAdmin(api, { ...(await createAdminUser(getContainer())) })
    })

    it("says that the flag is off, and how to turn it on", async () => {
      const { status, data } = await admin.get<AdminCacheResponse>()
      expect(status).toBe(200)
      expect(data.cache).toMatchObject({ status: "not_active", reason: "flag_off" })
      expect(data.cache.message).toContain("featureFlags: { caching: true }")
      expect(data.cache.message).toContain("MEDUSA_FF_CACHING=true")
    })

    it("answers every route, and shows credentials in none", async () => {
      const { databaseUrl, http } = getContainer().resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
      const { jwtSecret, cookieSecret } = http
      const secrets = [USERNAME, PASSWORD, databaseUrl, jwtSecret, cookieSecret].filter(
        (secret) => typeof secret === "string"
      )
      expect(secrets).toHaveLength(5)
      const answers = await Promise.all(
        EVERY_ROUTE.map(async ({ name, call }) => ({ name, text: JSON.stringify(await call(admin)) }))
      )
      for (const { name, text } of answers) {
        expect({ name, text }).toEqual({ name, text: expect.stringMatching(/"status":(200|202|404)/) as string })
        for (const secret of secrets) expect(text).not.toContain(secret)
      }
      // Not because there was nothing to show.
      expect(answers.map(({ text }) => text).join()).toContain(memcached().address)
    })
  },
})
