import type { Context, DAL, InferTypeOf, ModulesSdkTypes } from "@medusajs/framework/types"
import { defineLink, MedusaService, Module } from "@medusajs/framework/utils"
import ProductModule from "@medusajs/medusa/product"
import { Author, Book, Label } from "./models/library"
import { Edition, Note, Room } from "./models/oddities"

interface Cradle {
  readonly baseRepository: DAL.RepositoryService
  readonly bookService: ModulesSdkTypes.IMedusaInternalService<InferTypeOf<typeof Book>>
}

/** A shop's own module, for tests. `testSuite` creates its tables, since it has no migrations. */
export class LibraryService extends MedusaService({ Author, Book, Label, Room, Note, Edition }) {
  readonly #cradle: Cradle

  constructor(cradle: Cradle) {
    super(cradle)
    this.#cradle = cradle
  }

  inTransaction<T>(work: (context: Context) => Promise<T>): Promise<T> {
    return this.#cradle.baseRepository.transaction((transactionManager) => work({ transactionManager }))
  }

  /** Gives a book other labels, as Medusa's own modules do where they replace a list. */
  replaceLabels(book: { id: string; title: string; author_id: string }, labels: readonly string[]): Promise<unknown> {
    const { baseRepository, bookService } = this.#cradle
    return baseRepository.transaction((transactionManager) => {
      const context: Context = { transactionManager }
      const data = { ...book, labels: labels.map((id) => ({ id })) }
      return bookService.upsertWithReplace([data], { relations: ["labels"] }, context)
    })
  }
}

/** Renames an author, and fails before that is committed. `look` reads in the transaction meanwhile. */
export async function renameInVain(
  library: LibraryService,
  author: { readonly id: string; readonly name: string },
  look: (context: Context) => Promise<unknown>
): Promise<void> {
  await library.inTransaction(async (context) => {
    await library.updateAuthors(author, context)
    await look(context)
    throw new Error("In vain")
  })
}

const libraryModule = Module("library", { service: LibraryService })

export default libraryModule

const product = ProductModule.linkable.product as typeof libraryModule.linkable.author
defineLink(product, libraryModule.linkable.author, { database: { table: "product_author" } })
defineLink(product, libraryModule.linkable.edition, { database: { table: "product_edition" } })
defineLink(
  { linkable: product, field: "id" },
  { ...libraryModule.linkable.note.id, primaryKey: "product_id" },
  { readOnly: true }
)
