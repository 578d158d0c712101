import { useMemcached } from "../memcached-of-the-app"
import { createAdminUser } from "../admin-user"
import { CacheAdmin } from "./cache-admin"
import { describeBadInput } from "./sections/bad-input"
import { describeClears } from "./sections/clears"
import { describeCommandLine } from "./sections/command-line"
import { describeEntries } from "./sections/entries"
import { describeForms } from "./sections/forms"
import { describeInvalidations } from "./sections/invalidations"
import { describeMetrics } from "./sections/metrics"
import { describeOutage } from "./sections/outage"
import { describeOverview } from "./sections/overview"
import type { Section } from "./sections/section"
import { describeTables } from "./sections/tables"
import { describeTags } from "./sections/tags"
import { describeVisitors } from "./sections/visitors"
import { describeWarm } from "./sections/warm"
import { ShopCache } from "./shop-cache"
import { shopTestRunner } from "../shop-test-runner"

jest.setTimeout(300_000)

const memcached = useMemcached("admin-routes", () => ({ CACHE_TIMEOUT_MS: "2000" }))

shopTestRunner({
  // What they write is found by its name, or is the newest.
  keepsDatabase: true,
  testSuite: ({ api, getContainer }) => {
    let admin: CacheAdmin
    let shop: ShopCache
    beforeAll(async () => {
      admin = new CacheAdmin(api, { ...(await createAdminUser(getContainer())) })
      shop = new ShopCache(getContainer())
    })
    beforeEach(() => shop.clearEverything())

    const section: Section = {
      api,
      container: getContainer,
      admin: () => admin,
      shop: () => shop,
      memcached,
    }
    describeOverview(section)
    describeTags(section)
    describeTables(section)
    describeEntries(section)
    describeClears(section)
    describeInvalidations(section)
    describeBadInput(section)
    describeVisitors(section)
    describeForms(section)
    describeCommandLine(section)
    describeMetrics(section)
    describeWarm(section)
    describeOutage(section)
  },
})
