import { EventEmitter } from "node:events"
import { Modules } from "@medusajs/framework/utils"
import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { beginRecording, inFlow } from "../../cache"
import { queryWatch } from "../query-watch"

const connection = () => ({ client: new EventEmitter() })

/** A module's service with the table `other`. */
const moduleOn = (knex: object, className = "Other"): object => ({
  baseRepository_: {
    getFreshManager: () => ({
      getConnection: () => ({ getKnex: () => knex }),
      getMetadata: () => ({ getAll: () => ({ [className]: { className, tableName: "other", properties: {} } }) }),
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

  it("records the types of each module that has a table of this name, in a database or a schema of its own", () => {
    const [shared, own] = [connection(), connection()]
    const modules = { other: moduleOn(shared), imported: moduleOn(own, "Imported") }
    queryWatch.watch([modules], shared as unknown as Knex, console)

    expect(tagsOf(shared, 'select "id" from "other"').sort()).toEqual(["Imported:list:*", "Other:list:*"])
  })

  it.each([
    [
      "no database",
      () => {
        throw new Error("no database")
      },
    ],
    ["getMetadata is not a function", () => ({ getConnection: () => ({ getKnex: connection }) })],
  ])("does without a module that cannot be watched, and says so: %s", (reason, getFreshManager) => {
    const knex = connection()
    const odd = { baseRepository_: { getFreshManager } }
    const warn = jest.fn()
    queryWatch.watch([{ odd }, { other: moduleOn(knex) }], connection() as unknown as Knex, { warn })

    expect(tagsOf(knex, 'select "id" from "other"')).toEqual(["Other:list:*"])
    expect(warn.mock.calls.join()).toContain("cannot watch what the module odd reads: ")
    expect(warn.mock.calls.join()).toContain(reason)
  })

  it("does not know what clears that which a search engine has found, wherever that is", async () => {
    const search = {
      searchMany: (queries: readonly string[]) => Promise.resolve(queries.map((query) => `found ${query}`)),
    }
    for (let boot = 0; boot < 2; boot++) {
      queryWatch.watch([{ [Modules.SEARCH]: search }], connection() as unknown as Knex, console)
    }
    await inFlow(async () => {
      const recording = beginRecording()?.recording
      expect(await search.searchMany(["shirts"])).toEqual(["found shirts"])
      expect(recording?.gap).toBe("what the Search Module has found")
    })
  })
})
