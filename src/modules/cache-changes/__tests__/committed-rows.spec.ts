import type { FlushEventArgs } from "@medusajs/framework/mikro-orm/core"
import type { Change } from "../change-clears"
import { CommittedRows } from "../committed-rows"

const meta = (className: string, ...primaryKeys: string[]) => ({ className, primaryKeys })
const managerIn = (transaction: object | undefined) => ({ getTransactionContext: () => transaction })
const row = (id: string, transaction: object | undefined) => ({
  entity: { id },
  meta: meta("Product", "id"),
  em: managerIn(transaction),
})

describe("CommittedRows", () => {
  let committed: Change[][]
  let rows: CommittedRows

  beforeEach(() => {
    committed = []
    rows = new CommittedRows(async (changes) => void committed.push([...changes]))
  })

  const begin = (transaction: object = {}): object => {
    rows.afterTransactionStart({ transaction })
    return transaction
  }
  const changed = (type: string, ...ids: string[]): Change => ({ type, ids, operation: "deleted" })

  it("tells what a transaction has changed when it is committed, each row once", async () => {
    const transaction = begin()
    await rows.afterUpdate(row("prod_1", transaction))
    await rows.afterUpdate(row("prod_1", transaction))
    await rows.afterCreate(row("prod_2", transaction))
    await rows.afterUpsert({ entity: { id: "pset_1" }, meta: meta("PriceSet"), em: managerIn(transaction) })
    expect(committed).toEqual([])
    await rows.afterTransactionCommit({ transaction })
    expect(committed).toEqual([[changed("Product", "prod_1", "prod_2"), changed("PriceSet", "pset_1")]])
  })

  it("tells what was rolled back, which may have been read meanwhile, and nothing of other transactions", async () => {
    const [one, other] = [begin(), begin()]
    await rows.afterUpdate(row("prod_1", one))
    await rows.afterUpdate(row("prod_2", other))
    await rows.beforeTransactionRollback({ transaction: one })
    expect(committed).toEqual([])
    await rows.afterTransactionRollback({ transaction: one })
    expect(committed).toEqual([[changed("Product", "prod_1")]])
    await rows.afterTransactionCommit({ transaction: other })
    expect(committed).toEqual([[changed("Product", "prod_1")], [changed("Product", "prod_2")]])
  })

  it("tells what may be committed, though a commit has failed: perhaps only its answer was lost", async () => {
    const transaction = begin()
    await rows.afterUpdate(row("prod_1", transaction))
    rows.beforeTransactionCommit({ transaction })
    await rows.beforeTransactionRollback({ transaction })
    await rows.afterTransactionRollback({ transaction })
    expect(committed).toEqual([[changed("Product", "prod_1")]])
  })

  it("tells what may be committed when it never hears how a commit has ended", async () => {
    const transaction = begin({ isCompleted: () => true })
    await rows.afterUpdate(row("prod_1", transaction))
    rows.beforeTransactionCommit({ transaction })
    for (let i = 0; i < 100; i++) begin({ isCompleted: () => true })
    expect(committed).toEqual([[changed("Product", "prod_1")]])
  })

  it("goes on when what is told of a commit is done", async () => {
    let finish: () => void = () => undefined
    const done = new Promise<void>((resolve) => (finish = resolve))
    const waiting = new CommittedRows(() => done)
    const transaction = {}
    waiting.afterTransactionStart({ transaction })
    let isCommitted = false
    const commit = waiting.afterTransactionCommit({ transaction }).then(() => (isCommitted = true))
    await new Promise(setImmediate)
    expect(isCommitted).toBe(false)
    finish()
    await commit
  })

  it("takes a row without a known transaction for one of each that is open, and for committed when none is", async () => {
    const [one, other] = [begin(), begin()]
    const nested = {}
    await rows.afterUpdate(row("prod_1", nested))
    // As Medusa tells of rows that it deletes by SQL.
    await rows.afterDelete({ entity: { id: "prod_2" }, meta: meta("Product") })
    await rows.afterTransactionCommit({ transaction: one })
    await rows.afterTransactionCommit({ transaction: other })
    await rows.afterUpdate(row("prod_3", undefined))
    expect(committed).toEqual([
      [changed("Product", "prod_1", "prod_2")],
      [changed("Product", "prod_1", "prod_2")],
      [changed("Product", "prod_3")],
    ])
  })

  it("names rows by their id, or else by their first key, and those of a link by its type and both ends", async () => {
    await rows.afterUpdate({ entity: { iso_2: "de" }, meta: meta("Country", "iso_2") })
    const links = new CommittedRows(async (changes) => void committed.push([...changes]), {
      type: "LinkProductSalesChannel",
      ends: { product_id: "Product", sales_channel_id: "SalesChannel" },
    })
    const link = { id: "prodsc_1", product_id: "prod_1", sales_channel_id: "sc_1" }
    await links.afterUpsert({ entity: link, meta: meta("LinkModel", "product_id", "sales_channel_id") })
    expect(committed).toEqual([
      [changed("Country", "de")],
      [changed("LinkProductSalesChannel", "prodsc_1"), changed("Product", "prod_1"), changed("SalesChannel", "sc_1")],
    ])
  })

  it("tells of a record whose list of others has changed, and of those that came and went", async () => {
    class Product {
      readonly id = "prod_1"
    }
    class ProductTag {
      constructor(readonly id: string) {}
    }
    const [stays, goes, comes] = ["ptag_1", "ptag_2", "ptag_3"].map((id) => new ProductTag(id))
    const list = { owner: new Product(), getSnapshot: () => [stays, goes], getItems: () => [stays, comes] }
    const transaction = begin()
    const flush = {
      em: managerIn(transaction),
      uow: { getCollectionUpdates: () => [list] },
    } as unknown as FlushEventArgs
    rows.onFlush(flush)
    // MikroORM has written them by then.
    list.getSnapshot = list.getItems
    await rows.afterFlush(flush)
    await rows.afterTransactionCommit({ transaction })
    expect(committed).toEqual([[changed("Product", "prod_1"), changed("ProductTag", "ptag_2", "ptag_3")]])
  })

  it("forgets transactions of which it has not heard the end", async () => {
    const lost = Array.from({ length: 1_000 }, () => begin({ isCompleted: () => true }))
    await rows.afterDelete({ entity: { id: "prod_1" }, meta: meta("Product") })
    for (const transaction of lost) await rows.afterTransactionCommit({ transaction })
    expect(committed.length).toBeLessThanOrEqual(100)
  })
})
