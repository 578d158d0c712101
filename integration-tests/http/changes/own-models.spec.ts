import type { Context } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules, useCache } from "@medusajs/framework/utils"
import { useMemcached } from "../memcached-of-the-app"
import { untilCached } from "../running-cache"
import { shopTestRunner } from "../shop-test-runner"
import { type LibraryService, renameInVain } from "./library"
import { openLibrary } from "./library/tables"

jest.setTimeout(180_000)

const PROVIDER_ID = "caching-memcached"

useMemcached("own-models", () => ({ TEST_LIBRARY: "true" }))

shopTestRunner({
  keepsDatabase: true,
  testSuite: ({ getContainer }) => {
    let library: LibraryService
    beforeAll(async () => {
      library = await openLibrary(getContainer())
    })

    type Lookup = Readonly<Record<string, unknown>> & { readonly entity: string; readonly fields: string[] }
    const look = async (isCached: boolean, lookup: Lookup) => {
      const query = getContainer().resolve(ContainerRegistrationKeys.QUERY)
      const { data }: { data: unknown[] } = await query.graph(
        structuredClone(lookup),
        isCached ? { cache: { enable: true } } : {}
      )
      return data
    }

    /** The next cached lookup shows what the database has, which is something else than before. */
    const expectSeen = async (lookup: Lookup, change: () => Promise<unknown>) => {
      const before = await untilCached(PROVIDER_ID, () => look(true, lookup))
      await change()
      const truth = await look(false, lookup)
      expect(truth).not.toEqual(before)
      expect(await look(true, lookup)).toEqual(truth)
    }

    let products = 0
    const createProduct = () =>
      getContainer()
        .resolve(Modules.PRODUCT)
        .createProducts({ title: `Product ${(products += 1)}` })

    const productWith = async (link: object) => {
      const product = await createProduct()
      await getContainer()
        .resolve(ContainerRegistrationKeys.LINK)
        .create({ [Modules.PRODUCT]: { product_id: product.id }, ...link })
      return product
    }

    it("what was read in a transaction is not served when that is rolled back", async () => {
      const { id } = await library.createAuthors({ name: "Ada" })
      const names = async (context?: Context): Promise<unknown> => {
        const load = () => library.listAuthors({ id }, { select: ["id", "name"] }, context)
        const found = await useCache(load, { enable: true, key: `authors-${id}`, container: getContainer() })
        return found.map(({ name }) => name)
      }
      await expect(renameInVain(library, { id, name: "Eve" }, names)).rejects.toThrow("In vain")
      expect(await names()).toEqual(["Ada"])
    })

    describe("a change of a shop's own records is seen in the next read", () => {
      it("when their ids have no prefix", async () => {
        const room = await library.createRooms({ place: "cellar" })
        const rooms = { entity: "room", fields: ["id", "place"] }
        await expectSeen(rooms, () => library.updateRooms({ id: room.id, place: "attic" }))
        await expectSeen(rooms, () => library.createRooms({ place: "hall" }))
      })

      it("when a read-only link finds the first of them", async () => {
        const product = await createProduct()
        await expectSeen({ entity: "product", fields: ["id", "note.*"], filters: { id: product.id } }, () =>
          library.createNotes({ text: "new", product_id: product.id })
        )
      })

      it("when they have no id, and a link leads to them", async () => {
        const { isbn } = await library.createEditions({ isbn: "1-2", year: "1999" })
        const { id } = await productWith({ library: { edition_isbn: isbn } })
        await expectSeen({ entity: "product", fields: ["id", "edition.*"], filters: { id } }, () =>
          library.updateEditions({ isbn, year: "2000" })
        )
      })

      it("when they are filtered by, and not selected", async () => {
        const [ann, ben] = await library.createAuthors([{ name: "Ann" }, { name: "Ben" }])
        const [author_id, other] = [ann?.id ?? "", ben?.id ?? ""]
        await productWith({ library: { author_id } })
        await productWith({ library: { author_id: other } })
        await expectSeen({ entity: "product", fields: ["id"], filters: { author: { name: "Ann" } } }, () =>
          library.updateAuthors({ id: other, name: "Ann" })
        )
      })

      it("when they are sorted by, and not selected", async () => {
        const [ann, ben] = await library.createAuthors([{ name: "Cleo" }, { name: "Dora" }])
        const ids = []
        for (const author of [ann, ben]) ids.push((await productWith({ library: { author_id: author?.id } })).id)
        await expectSeen(
          {
            entity: "product",
            fields: ["id"],
            filters: { id: ids },
            pagination: { order: { author: { name: "ASC" } } },
          },
          () => library.updateAuthors({ id: ben?.id ?? "", name: "Aaron" })
        )
      })

      it("when a record of another module is selected without its id", async () => {
        const author = await library.createAuthors({ name: "Emil" })
        const { id } = await productWith({ library: { author_id: author.id } })
        await expectSeen({ entity: "product", fields: ["id", "author.name"], filters: { id } }, () =>
          library.updateAuthors({ id: author.id, name: "Emma" })
        )
      })
    })
  },
})
