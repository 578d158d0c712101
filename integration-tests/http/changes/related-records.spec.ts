import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import { useMemcached } from "../memcached-of-the-app"
import { untilCached } from "../running-cache"
import { shopTestRunner } from "../shop-test-runner"
import type { LibraryService } from "./library"
import { openLibrary } from "./library/tables"
import { loseNextCommit } from "./lost-commit"

jest.setTimeout(180_000)

const PROVIDER_ID = "caching-memcached"

useMemcached("related-records", () => ({ TEST_LIBRARY: "true", MEDUSA_FF_TRANSLATION: "true" }))

shopTestRunner({
  keepsDatabase: true,
  testSuite: ({ getContainer }) => {
    let library: LibraryService
    beforeAll(async () => {
      library = await openLibrary(getContainer())
    })

    const look = async (isCached: boolean, entity: string, fields: string[], filters: object, locale?: string) => {
      const query = getContainer().resolve(ContainerRegistrationKeys.QUERY)
      const options = { ...(isCached ? { cache: { enable: true } } : {}), ...(locale === undefined ? {} : { locale }) }
      const { data }: { data: unknown[] } = await query.graph({ entity, fields, filters }, options)
      return data
    }

    /** The next cached lookup shows what the database has, which is something else than before. */
    const expectSeen = async (lookup: readonly [string, string[], object, string?], change: () => Promise<unknown>) => {
      const before = await untilCached(PROVIDER_ID, () => look(true, ...lookup))
      await change()
      const truth = await look(false, ...lookup)
      expect(truth).not.toEqual(before)
      expect(await look(true, ...lookup)).toEqual(truth)
    }

    const write = async () => {
      const author = await library.createAuthors({ name: "Ann" })
      const book = await library.createBooks({ title: "First", author_id: author.id })
      const label = await library.createLabels({ name: "new" })
      return { author, book: { id: book.id, title: book.title, author_id: author.id }, label }
    }

    describe("a record without others shows the first one at once", () => {
      it("when it is created, when it moves here, and when it is restored", async () => {
        const { book } = await write()
        const { id } = await library.createAuthors({ name: "Ben" })
        const books = ["author", ["id", "books.title"], { id }] as const
        await expectSeen([books[0], [...books[1]], books[2]], () => library.updateBooks({ id: book.id, author_id: id }))
        await library.softDeleteBooks([book.id])
        await expectSeen([books[0], [...books[1]], books[2]], () => library.restoreBooks([book.id]))
        await library.softDeleteBooks([book.id])
        await expectSeen([books[0], [...books[1]], books[2]], () =>
          library.createBooks({ title: "Second", author_id: id })
        )
      })

      it("when both have lists of each other, and one list is replaced", async () => {
        const { book, label } = await write()
        const lookup: [string, string[], object] = ["label", ["id", "books.title"], { id: label.id }]
        await expectSeen(lookup, () => library.replaceLabels(book, [label.id]))
        await expectSeen(lookup, () => library.replaceLabels(book, []))
      })

      it("when they are Medusa's own: addresses and groups of a customer, products of a collection", async () => {
        const customers = getContainer().resolve(Modules.CUSTOMER)
        const customer = await customers.createCustomers({ email: "first@example.com" })
        const group = await customers.createCustomerGroups({ name: "VIP" })
        const products = getContainer().resolve(Modules.PRODUCT)
        const collection = await products.createProductCollections({ title: "Summer" })
        const product = await products.createProducts({ title: "Shirt" })
        await expectSeen(["customer", ["id", "addresses.city"], { id: customer.id }], () =>
          customers.createCustomerAddresses({ customer_id: customer.id, city: "Berlin" })
        )
        await expectSeen(["customer", ["id", "groups.name"], { id: customer.id }], () =>
          customers.addCustomerToGroup({ customer_id: customer.id, customer_group_id: group.id })
        )
        await expectSeen(["product_collection", ["id", "products.title"], { id: collection.id }], () =>
          products.updateProducts(product.id, { collection_id: collection.id })
        )
      })
    })

    describe("a list shows at once who belongs to it", () => {
      it("by what a related record is called", async () => {
        const { author, label, book } = await write()
        await write()
        await library.replaceLabels(book, [label.id])
        await expectSeen(["book", ["id", "title"], { author: { name: "Ann" } }], () =>
          library.updateAuthors({ id: author.id, name: "Renamed" })
        )
        await expectSeen(["author", ["id", "name"], { books: { labels: { id: label.id, name: "new" } } }], () =>
          library.updateLabels({ id: label.id, name: "old" })
        )
      })

      it("by the city of a customer", async () => {
        const customers = getContainer().resolve(Modules.CUSTOMER)
        const { id } = await customers.createCustomers({ email: "city@example.com", addresses: [{ city: "Bonn" }] })
        const [address] = await customers.listCustomerAddresses({ customer_id: id })
        await customers.createCustomers({ email: "other@example.com", addresses: [{ city: "Bonn" }] })
        await expectSeen(["customer", ["id", "email"], { addresses: { city: "Bonn" } }], () =>
          customers.updateCustomerAddresses(address?.id ?? "", { city: "Kiel" })
        )
      })
    })

    describe("what Postgres deletes along with a record is gone at once", () => {
      it("from a list, and from lists of other records", async () => {
        const { author, book, label } = await write()
        await write()
        await library.replaceLabels(book, [label.id])
        await untilCached(PROVIDER_ID, () => look(true, "label", ["id", "books.title"], { id: label.id }))
        await expectSeen(["book", ["id", "title"], {}], () => library.deleteAuthors([author.id]))
        expect(await look(true, "label", ["id", "books.title"], { id: label.id })).toEqual(
          await look(false, "label", ["id", "books.title"], { id: label.id })
        )
      })

      it("from the stock of a location", async () => {
        const inventory = getContainer().resolve(Modules.INVENTORY)
        const item = await inventory.createInventoryItems({ sku: "gone" })
        const other = await inventory.createInventoryItems({ sku: "stays" })
        for (const { id } of [item, other]) {
          await inventory.createInventoryLevels({ inventory_item_id: id, location_id: "here", stocked_quantity: 5 })
        }
        await expectSeen(["inventory_level", ["id", "stocked_quantity"], { location_id: "here" }], () =>
          inventory.deleteInventoryItems(item.id)
        )
      })
    })

    it("a commit of which the answer is lost is cleared as well", async () => {
      const products = getContainer().resolve(Modules.PRODUCT)
      const { id } = await products.createProducts({ title: "Old" })
      const knex = getContainer().resolve(ContainerRegistrationKeys.PG_CONNECTION)
      await expectSeen(["product", ["id", "title"], { id }], async () => {
        const restore = await loseNextCommit(knex)
        await expect(products.updateProducts(id, { title: "New" })).rejects.toThrow("Connection terminated")
        restore()
      })
    })

    it("a translation of a shop's own model shows at once, when it is created, changed and deleted", async () => {
      const { book } = await write()
      const translation = getContainer().resolve(Modules.TRANSLATION)
      const german = { reference: "book", reference_id: book.id, locale_code: "de-DE" }
      const lookup: [string, string[], object, string] = ["book", ["id", "title"], { id: book.id }, "de-DE"]
      let id = ""
      await expectSeen(lookup, async () => {
        id = (await translation.createTranslations({ ...german, translations: { title: "Erstes" } })).id
      })
      await expectSeen(lookup, () => translation.updateTranslations({ id, translations: { title: "Buch" } }))
      await expectSeen(lookup, () => translation.deleteTranslations(id))
    })
  },
})
