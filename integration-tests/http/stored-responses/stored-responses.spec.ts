import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { invalidateCacheWorkflow } from "../../../src/workflows"
import { eventually } from "../../../testing/eventually"
import { createAdminUser } from "../admin-user"
import { type Catalogue, seedCatalogue } from "../catalogue"
import { useMemcached } from "../memcached-of-the-app"
import { shopTestRunner } from "../shop-test-runner"

jest.setTimeout(300_000)

useMemcached("stored-responses", () => ({ CACHE_RESPONSES: "true" }))

interface Row {
  readonly type: string
  readonly id: string
  readonly table: string
  readonly column: string
}

shopTestRunner({
  keepsDatabase: true,
  testSuite: ({ api, getContainer }) => {
    let catalogue: Catalogue
    let admin: { authorization: string }

    beforeAll(async () => {
      admin = await createAdminUser(getContainer())
      catalogue = await seedCatalogue(getContainer(), 4)
    })

    const ask = async (path: string) => {
      const { headers, data } = await api.get<unknown>(path, {
        headers: { "x-publishable-api-key": catalogue.publishableKey },
      })
      return { cacheStatus: String(headers["cache-status"]), body: JSON.stringify(data), data }
    }
    const untilStored = (path: string) =>
      eventually(
        () => ask(path),
        ({ cacheStatus }) => cacheStatus.includes("; hit"),
        10_000
      )

    const rows: Readonly<Record<string, () => Row>> = {
      region: () => ({ type: "Region", id: catalogue.regionId, table: "region", column: "name" }),
      category: () => ({
        type: "ProductCategory",
        id: catalogue.categoryId,
        table: "product_category",
        column: "name",
      }),
      product: () => ({ type: "Product", id: catalogue.products[0]?.id ?? "", table: "product", column: "title" }),
    }

    const clears: Readonly<Record<string, (row: Row) => Promise<unknown>>> = {
      "the API": ({ type, id }) =>
        api.post("/admin/cache/clear", { entities: [{ type, ids: [id] }] }, { headers: admin }),
      "the Caching Module": ({ type, id }) =>
        getContainer()
          .resolve(Modules.CACHING)
          .clear({ tags: [`${type}:${id}`] }),
      "the Caching Module, as an event does": ({ type, id }) =>
        getContainer()
          .resolve(Modules.CACHING)
          .clear({ tags: [`${type}:${id}`], options: { autoInvalidate: true } }),
      "the workflow": async ({ type, id }) => {
        const { transaction } = await invalidateCacheWorkflow(getContainer()).run({
          input: { entities: [{ type, ids: [id] }] },
        })
        await eventually(
          async () => {
            const { data } = await api.get<{ invalidation: { state: string } }>(
              `/admin/cache/invalidation?id=${transaction.transactionId}`,
              { headers: admin }
            )
            return data.invalidation.state
          },
          (state) => state === "done",
          10_000
        )
      },
    }

    // As an import does that writes to the database and clears what it has changed.
    it.each(
      Object.keys(clears).flatMap((clear) =>
        (
          [
            ["region", (id: string) => `/store/regions/${id}?fields=name`],
            ["region", () => "/store/regions?fields=name"],
            ["category", (id: string) => `/store/product-categories/${id}?fields=name`],
            ["product", (id: string) => `/store/products/${id}?fields=title`],
            ["product", () => "/store/products?fields=title"],
          ] as const
        ).map(([kind, pathOf]) => [clear, kind, pathOf] as const)
      )
    )("a clear of one record by %s clears each response that shows it: %s, %s", async (clear, kind, pathOf) => {
      const row = rows[kind]?.()
      if (!row) throw new Error(`There is no ${kind}`)
      const path = pathOf(row.id)
      await untilStored(path)
      const text = `written by ${clear} for ${path}`
      await getContainer()
        .resolve(ContainerRegistrationKeys.PG_CONNECTION)
        .raw(`update ${row.table} set ${row.column} = ? where id = ?`, [text, row.id])
      expect((await ask(path)).body).not.toContain(text)
      await clears[clear]?.(row)

      expect((await ask(path)).body).toContain(text)
    })

    it("nobody can put an answer under another address", async () => {
      const id = catalogue.products[2]?.id ?? ""
      await ask(`/store/products?fields=title&${"&".repeat(1_000)}id=${id}`)
      await untilStored(`/store/products?fields=title&${"&".repeat(1_000)}id=${id}`)
      const { data } = await ask(`/store/products?fields=title&id=${id}`)

      expect(data).toMatchObject({ products: [{ id }], count: 1 })
    })
  },
})
