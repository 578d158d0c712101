import { EventEmitter } from "node:events"
import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { beginRecording, inFlow } from "../../cache"
import { queryWatch } from "../query-watch"

const connection = () => ({ client: new EventEmitter() })

/** A module's service with the table `other`. */
const moduleOn = (knex: object): object => ({
  baseRepository_: {
    getFreshManager: () => ({
      getConnection: () => ({ getKnex: () => knex }),
      getMetadata: () => ({ getAll: () => ({ Other: { className: "Other", tableName: "other", properties: {} } }) }),
    }),
  },
})

/** Returns the tags of what is read while a connection reports these statements. */
const tagsOf = ({ client }: ReturnType<typeof connection>, ...statements: unknown[]): string[] =>
  inFlow(() => {
    const recording = beginRecording()?.recording
    for (const sql of statements) client.emit("query", { sql })
    return [...(recording?.tags ?? [])]
  })

describe("the watch over what is read from Postgres", () => {
  it("records the types of the tables that statements name, on the shared connection and on a module's own", () => {
    const [shared, own] = [connection(), connection()]
    queryWatch.watch([{ other: moduleOn(own) }], shared as unknown as Knex, console)

    expect(tagsOf(own, 'select "id" from "other"')).toEqual(["Other:list:*"])
    expect(tagsOf(shared, 'select "id" from "other"')).toEqual(["Other:list:*"])
  })

  it("does without a module that cannot be watched, and says so", () => {
    const knex = connection()
    const odd = {
      baseRepository_: {
        getFreshManager: () => {
          throw new Error("no database")
        },
      },
    }
    const warn = jest.fn()
    queryWatch.watch([{ odd }, { other: moduleOn(knex) }], connection() as unknown as Knex, { warn })

    expect(tagsOf(knex, 'select "id" from "other"')).toEqual(["Other:list:*"])
    expect(warn.mock.calls.join()).toMatch(/cannot watch what the module odd reads: no database/)
  })
})
