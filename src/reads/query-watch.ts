import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { Logger } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import { currentRecording, loadRecordings, RecentMap } from "../cache"
import { MAX_SQL_CHARS, sqlTablesOf, withoutValues } from "./sql-tables"
import { TableTypes } from "./table-types"

/** The most that is remembered, in characters of SQL. A list of products is read by some twenty queries of up to 10,000. */
const MAX_REMEMBERED_CHARS = 4_000_000

/** The path from a module's service to its connection. Modules share one, unless a shop gives one of them its own. */
interface WithConnection {
  readonly baseRepository_?: {
    getFreshManager?(): { getConnection(): { getKnex(): Knex }; getMetadata(): { getAll(): object } }
  }
}

/** The Search Module. All its searches come to this method. */
interface Searching {
  searchMany?(queries: unknown): unknown
}

/** What a query reads. */
interface Reads {
  readonly types: readonly string[]
  /** Without those that the index repeats, whose changes it learns of later. */
  readonly ownTypes: readonly string[]
  /** What is not known of it, in English. */
  readonly gap: string | undefined
  /** The length of its text. */
  readonly chars: number
}

/**
 * Records which types of records are read by a request whose response may be stored, and by a load of the Caching
 * Module, from the SQL that leaves for Postgres meanwhile.
 */
class QueryWatch {
  readonly #watched = new WeakSet<object>()
  #remembered = new RecentMap<string, Reads>(MAX_REMEMBERED_CHARS, ({ chars }) => chars)
  #types = new TableTypes([])

  /** Watches the connections of these modules from now on. */
  watch(modules: readonly Readonly<Record<string, object>>[], shared: Knex, logger: Pick<Logger, "warn">): void {
    const watchable = modules.map((loaded) => withDatabase(loaded, logger))
    this.#types = new TableTypes(watchable)
    this.#remembered = new RecentMap(MAX_REMEMBERED_CHARS, ({ chars }) => chars)
    const connections = watchable
      .flatMap((loaded): WithConnection[] => Object.values(loaded))
      .flatMap(({ baseRepository_: repository }) => repository?.getFreshManager?.().getConnection().getKnex() ?? [])
    for (const connection of [shared, ...connections]) this.#listen(connection)
    for (const { [Modules.SEARCH]: search } of modules) this.#watchSearch(search)
  }

  /** An engine may be anywhere, and what it finds lags behind. */
  #watchSearch(search: (object & Searching) | undefined): void {
    if (!search?.searchMany || this.#watched.has(search)) return
    this.#watched.add(search)
    const searchMany = search.searchMany.bind(search)
    search.searchMany = (queries) => {
      currentRecording()?.missed("what the Search Module has found")
      return searchMany(queries)
    }
  }

  #listen(connection: Knex): void {
    const client: unknown = connection.client
    if (!isEmitter(client) || this.#watched.has(client)) return
    this.#watched.add(client)
    client.on("query", (query: { readonly sql?: unknown }) => this.#note(query.sql))
  }

  #note(sql: unknown): void {
    const recording = currentRecording()
    const loads = loadRecordings()
    if (!recording && loads.length === 0) return
    if (typeof sql !== "string") return recording?.missed("a query without a text")
    const { types, ownTypes, gap } = this.#readsOf(sql)
    if (gap !== undefined) recording?.missed(gap)
    for (const type of types) recording?.readSome(type)
    for (const load of loads) for (const type of ownTypes) load.readType(type)
  }

  #readsOf(sql: string): Reads {
    // Texts differ by their values, seldom otherwise.
    const text = withoutValues(sql)
    const known = this.#remembered.get(text)
    if (known) return known
    const { tables, names, gap } = sqlTablesOf(text)
    const unknown = tables.find((table) => !this.#types.of(table))
    const typesOf = (all: readonly string[]): string[] => [
      ...new Set(all.flatMap((name) => this.#types.of(name) ?? [])),
    ]
    const own = gap === undefined ? tables : [...tables, ...names]
    const reads = {
      types: typesOf([...tables, ...names]),
      ownTypes: typesOf(own.filter((name) => !this.#types.isOfIndex(name))),
      gap: gap !== undefined ? `a query with ${gap}` : unknown === undefined ? undefined : `the table ${unknown}`,
      chars: text.length,
    }
    if (text.length <= MAX_SQL_CHARS) this.#remembered.set(text, reads)
    return reads
  }
}

/** The one of this process, since each statement is reported to everybody who listens. */
export const queryWatch = new QueryWatch()

/** Leaves out modules of a shop that are built differently. What they read from tables is not known then. */
function withDatabase(
  loaded: Readonly<Record<string, object>>,
  logger: Pick<Logger, "warn">
): Readonly<Record<string, object>> {
  const entries = Object.entries(loaded).filter(([name, service]: [string, WithConnection]) => {
    try {
      const manager = service.baseRepository_?.getFreshManager?.()
      manager?.getConnection().getKnex()
      manager?.getMetadata().getAll()
      return true
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      logger.warn(
        `medusa-plugin-memcached: cannot watch what the module ${name} reads: ${reason}. Responses that it has a part ` +
          "in are cleared only by what else they are made of."
      )
      return false
    }
  })
  return Object.fromEntries(entries)
}

type Emitter = Pick<NodeJS.EventEmitter, "on">

const isEmitter = (client: unknown): client is Emitter & object =>
  typeof client === "object" && client !== null && "on" in client && typeof client.on === "function"
