import { Modules } from "@medusajs/framework/utils"
import type { MemcachedProcess } from "../../../testing/memcached"
import { createAdminUser } from "../admin-user"
import { type Catalogue, seedCatalogue } from "../catalogue"
import { shopTestRunner } from "../shop-test-runner"
import type { Section } from "./section"
import { stockVariant } from "./stock"

/** One that changes, and others beside it. Hundreds of lists are computed here, which each product makes slower. */
const PRODUCTS = 3

/** Boots one shop for these sections. Before each test its database is as after the seed again, and its cache empty. */
export function describeChanges(
  memcached: () => MemcachedProcess,
  sections: readonly ((section: Section) => void)[]
): void {
  shopTestRunner({
    testSuite: ({ api, getContainer, databaseUrl }) => {
      let catalogue: Catalogue
      let headers: { authorization: string }
      beforeAll(async () => {
        catalogue = await seedCatalogue(getContainer(), PRODUCTS)
        await stockVariant(getContainer(), catalogue, 1)
        headers = await createAdminUser(getContainer())
      })
      beforeEach(() =>
        getContainer()
          .resolve(Modules.CACHING)
          .clear({ tags: ["*"] })
      )
      const section: Section = {
        api,
        container: getContainer,
        catalogue: () => catalogue,
        headers: () => headers,
        databaseUrl,
        memcached,
      }
      for (const describeSection of sections) describeSection(section)
    },
  })
}
