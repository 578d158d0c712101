import type { EventSubscriber, FlushEventArgs } from "@medusajs/framework/mikro-orm/core"
import type { Change } from "./change-clears"

/**
 * A changed row. For rows that Medusa deletes by SQL, Medusa calls MikroORM's subscribers itself, with no more than
 * this.
 */
interface ChangedRow {
  readonly entity: object
  readonly meta: { readonly className: string; readonly primaryKeys?: readonly string[] }
  readonly em?: { getTransactionContext(): Transaction | undefined }
}

/** A transaction as knex makes it. */
interface Transaction {
  isCompleted?(): boolean
}

interface TransactionEvent {
  readonly transaction?: Transaction
}

/** The rows of a link. In MikroORM the rows of all links have one type. */
export interface LinkRows {
  /** The type as in tags: `LinkProductSalesChannel`. */
  readonly type: string
  /** The types whose ids its columns hold: `product_id` those of `Product`. */
  readonly ends: Readonly<Record<string, string>>
}

/** The number of open transactions above which lost ones are looked for. */
const MANY_TRANSACTIONS = 100

/**
 * Collects the rows that one module's transactions change, as MikroORM reports them, and reports them after the commit
 * or the rollback.
 * The caller of the transaction continues once that has resolved. Nothing here may reject: MikroORM would take it for a
 * failed commit.
 */
export class CommittedRows implements EventSubscriber {
  readonly #open = new Map<Transaction, Rows>()
  readonly #onCommit: (changes: readonly Change[]) => Promise<void>
  readonly #link: LinkRows | undefined
  readonly #lists = new WeakMap<FlushEventArgs["uow"], readonly object[]>()

  constructor(onCommit: (changes: readonly Change[]) => Promise<void>, link?: LinkRows) {
    this.#onCommit = onCommit
    this.#link = link
  }

  /** Whether a transaction has begun and not ended. */
  get hasOpen(): boolean {
    this.#forgetLost()
    return this.#open.size > 0
  }

  afterTransactionStart({ transaction }: TransactionEvent): void {
    if (this.#open.size >= MANY_TRANSACTIONS) this.#forgetLost()
    if (transaction) this.#open.set(transaction, new Rows())
  }

  async afterTransactionCommit(ended: TransactionEvent): Promise<void> {
    const rows = this.#take(ended)
    if (rows) await this.#onCommit(rows.changes())
  }

  beforeTransactionCommit({ transaction }: TransactionEvent): void {
    const rows = transaction && this.#open.get(transaction)
    if (rows) rows.mayBeCommitted = true
  }

  /** Also follows a commit that has failed, of which perhaps only the answer was lost. */
  async beforeTransactionRollback(ended: TransactionEvent): Promise<void> {
    const rows = ended.transaction && this.#open.get(ended.transaction)
    if (rows?.mayBeCommitted) await this.afterTransactionCommit(ended)
  }

  /** What is read in a transaction may be stored as well. */
  async afterTransactionRollback(ended: TransactionEvent): Promise<void> {
    await this.afterTransactionCommit(ended)
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

  /** Finds records that were added to, or removed from, a list of another record. That changes no row of either. */
  onFlush({ uow }: Pick<FlushEventArgs, "uow">): void {
    const records = uow.getCollectionUpdates().flatMap((list) => {
      const before = new Set<object>(list.getSnapshot() ?? [])
      const after = new Set<object>(list.getItems(false))
      const moved = [...before, ...after].filter((record) => before.has(record) !== after.has(record))
      return [list.owner, ...moved]
    })
    if (records.length > 0) this.#lists.set(uow, records)
  }

  async afterFlush({ em, uow }: Pick<FlushEventArgs, "em" | "uow">): Promise<void> {
    for (const record of this.#lists.get(uow) ?? []) {
      await this.#note({ entity: record, meta: { className: record.constructor.name }, em })
    }
    this.#lists.delete(uow)
  }

  #note(row: ChangedRow): Promise<void> | void {
    const records = this.#recordsIn(row)
    const open = this.#rowsOf(row.em?.getTransactionContext())
    // Without a transaction it is committed already.
    if (open.length === 0) {
      return this.#onCommit(records.map(([type, id]) => ({ type, ids: [id], operation: CHANGED })))
    }
    for (const rows of open) {
      for (const [type, id] of records) rows.add(type, id)
    }
  }

  /**
   * Returns the records that a row affects. A link changes the records on both sides: an answer that has no such link
   * yet has only their tags.
   */
  #recordsIn({ entity, meta }: ChangedRow): readonly (readonly [type: string, id: unknown])[] {
    const id: unknown = Reflect.get(entity, "id") ?? Reflect.get(entity, meta.primaryKeys?.[0] ?? "id")
    if (!this.#link) return [[meta.className, id]]
    const ends = Object.entries(this.#link.ends).map(([column, type]) => [type, Reflect.get(entity, column)] as const)
    return [[this.#link.type, id], ...ends.filter(([, endId]) => endId !== undefined)]
  }

  #take({ transaction }: TransactionEvent): Rows | undefined {
    if (!transaction) return undefined
    const rows = this.#open.get(transaction)
    this.#open.delete(transaction)
    return rows
  }

  /**
   * Returns the rows of a transaction. An unknown one, for example one inside another, may be any of the open
   * transactions.
   */
  #rowsOf(transaction: Transaction | undefined): readonly Rows[] {
    const rows = transaction && this.#open.get(transaction)
    return rows ? [rows] : [...this.#open.values()]
  }

  /** Forgets completed transactions. When a connection breaks, the end of its transaction may never be reported. */
  #forgetLost(): void {
    for (const [transaction, rows] of this.#open) {
      if (!transaction.isCompleted?.()) continue
      this.#open.delete(transaction)
      if (rows.mayBeCommitted) void this.#onCommit(rows.changes())
    }
  }
}

/** The operation after which every version of Medusa clears lists. Any change may add a row to a list or remove it. */
const CHANGED = "deleted"

class Rows {
  mayBeCommitted = false
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
