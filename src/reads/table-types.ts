import { Modules } from "@medusajs/framework/utils"

/** What MikroORM knows of a table. */
interface TableMetadata {
  readonly className: string
  readonly tableName: string
  readonly pivotTable?: boolean
  readonly properties: Readonly<Record<string, { readonly type: string; readonly kind?: string }>>
}

/** The path from a module's service to its tables. Not every module has some. */
interface WithTables {
  readonly baseRepository_?: {
    getFreshManager?(): { getMetadata(): { getAll(): Readonly<Record<string, TableMetadata>> } }
  }
  /** The type of a link. In MikroORM all links have one type. */
  readonly entityName_?: string
}

/** Records of what has been done. No answer to a visitor contains them. */
const BOOKKEEPERS: readonly string[] = [Modules.WORKFLOW_ENGINE]

/** What they tell lags behind, and is of types that their tables do not name. */
const UNKNOWN: readonly string[] = [Modules.SEARCH]

/** The index repeats the records of these modules, and the links between them. */
const INDEXED: readonly string[] = [
  Modules.PRODUCT,
  Modules.PRICING,
  Modules.SALES_CHANNEL,
  Modules.INVENTORY,
  Modules.STOCK_LOCATION,
]

/**
 * Knows the types, as in tags, of what a table has: `["ProductVariant"]`. A table that only connects two others has the
 * types of both, since a change of it is a change of them.
 */
export class TableTypes {
  readonly #types = new Map<string, readonly string[]>()
  readonly #ofIndex: ReadonlySet<string>

  constructor(modules: readonly Readonly<Record<string, object>>[]) {
    const indexed = new Set<string>()
    const ofIndex: string[] = []
    for (const [name, service] of modules.flatMap((loaded) => Object.entries(loaded))) {
      const { baseRepository_: repository, entityName_: link }: WithTables = service
      if (UNKNOWN.includes(name)) continue
      for (const table of Object.values(repository?.getFreshManager?.().getMetadata().getAll() ?? {})) {
        if (name === Modules.INDEX) {
          ofIndex.push(table.tableName)
          continue
        }
        const types = BOOKKEEPERS.includes(name) ? [] : link === undefined ? typesOf(table) : [link]
        // Another module may have a table of this name, in a database or a schema of its own.
        this.#types.set(table.tableName, [...new Set([...(this.#types.get(table.tableName) ?? []), ...types])])
        if (INDEXED.includes(name) || link !== undefined) for (const type of types) indexed.add(type)
      }
    }
    for (const table of ofIndex) this.#types.set(table, [...indexed])
    this.#ofIndex = new Set(ofIndex)
  }

  isOfIndex(table: string): boolean {
    return this.#ofIndex.has(table)
  }

  /** Returns undefined for a table that no loaded module has. */
  of(table: string): readonly string[] | undefined {
    return this.#types.get(table)
  }
}

const typesOf = ({ className, pivotTable, properties }: TableMetadata): readonly string[] => {
  const ends = Object.values(properties).flatMap(({ type, kind }) => (kind === "m:1" ? [type] : []))
  // A connecting table that a module has declared itself is a type of its own as well.
  return pivotTable ? [className, ...ends] : [className]
}
