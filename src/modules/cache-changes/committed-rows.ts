import type { EventSubscriber, FlushEventArgs } from "@medusajs/framework/mikro-orm/core"
import type { Change } from "./change-clears"

/** Of rows that Medusa deletes by SQL it tells MikroORM's subscribers itself, and tells no more than this. */
interface ChangedRow {
  readonly entity: object
  readonly meta: { readonly className: string; readonly primaryKeys?: readonly string[] }
  readonly em?: { getTransactionContext(): Transaction | undefined }
}

/** As knex makes them. */
interface Transaction {
  isCompleted?(): boolean
}

interface TransactionEvent {
  readonly transaction?: Transaction
}

/** Any more, and those are looked for of which nobody has told the end. */
const MANY_TRANSACTIONS = 100

/**
 * Hears from MikroORM which rows one module's transactions change, and tells when they are committed. The transaction's caller
 * goes on when that has resolved. Whatever happens here must not reject: MikroORM would take it for a failed commit.
 */
export class CommittedRows implements EventSubscriber {
  readonly #open = new Map<Transaction, Rows>()
  readonly #onCommit: (changes: readonly Change[]) => Promise<void>
  readonly #type: string | undefined

  /** `type` is for modules of which all rows are of one type. */
  constructor(onCommit: (changes: readonly Change[]) => Promise<void>, type?: string) {
    this.#onCommit = onCommit
    this.#type = type
  }

  afterTransactionStart({ transaction }: TransactionEvent): void {
    if (this.#open.size >= MANY_TRANSACTIONS) this.#forgetLost()
    if (transaction) this.#open.set(transaction, new Rows())
  }

  async afterTransactionCommit(ended: TransactionEvent): Promise<void> {
    const rows = this.#take(ended)
    if (rows) await this.#onCommit(rows.changes())
  }

  afterTransactionRollback(ended: TransactionEvent): void {
    this.#take(ended)
  }

  afterCreate(row: ChangedRow): Promise<void> | void {
    return this.#note(row)
  }

  afterUpdate(row: ChangedRow): Promise<void> | void {
    return this.#note(row)
  }

  afterUpsert(row: ChangedRow): Promise<void> | void {
    return this.#note(row)
  }

  afterDelete(row: ChangedRow): Promise<void> | void {
    return this.#note(row)
  }

  /** Records that were put into a list of another one, or taken out of it, which changes the row of neither. */
  async afterFlush({ em, uow }: FlushEventArgs): Promise<void> {
    for (const { owner } of uow.getCollectionUpdates()) {
      await this.#note({ entity: owner, meta: { className: owner.constructor.name }, em })
    }
  }

  #note({ entity, meta, em }: ChangedRow): Promise<void> | void {
    const type = this.#type ?? meta.className
    const id: unknown = Reflect.get(entity, "id") ?? Reflect.get(entity, meta.primaryKeys?.[0] ?? "id")
    const rows = this.#rowsOf(em?.getTransactionContext())
    // Without a transaction it is committed already.
    if (rows.length === 0) return this.#onCommit([{ type, ids: [id], operation: CHANGED }])
    for (const changed of rows) changed.add(type, id)
  }

  #take({ transaction }: TransactionEvent): Rows | undefined {
    if (!transaction) return undefined
    const rows = this.#open.get(transaction)
    this.#open.delete(transaction)
    return rows
  }

  /** Of a transaction that is not known, one inside of another for example, it is any of those that are open. */
  #rowsOf(transaction: Transaction | undefined): readonly Rows[] {
    const rows = transaction && this.#open.get(transaction)
    return rows ? [rows] : [...this.#open.values()]
  }

  /** With a connection that breaks the end of its transaction may be told to nobody. */
  #forgetLost(): void {
    for (const transaction of this.#open.keys()) {
      if (transaction.isCompleted?.()) this.#open.delete(transaction)
    }
  }
}

/** The operation after which Medusa clears lists in every version: any change may put a row into one, or take it out. */
const CHANGED = "deleted"

class Rows {
  readonly #idsByType = new Map<string, Set<unknown>>()

  add(type: string, id: unknown): void {
    const ids = this.#idsByType.get(type)
    if (ids) ids.add(id)
    else this.#idsByType.set(type, new Set([id]))
  }

  changes(): readonly Change[] {
    return [...this.#idsByType].map(([type, ids]) => ({ type, ids: [...ids], operation: CHANGED }))
  }
}
