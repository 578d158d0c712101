/** What MikroORM knows of a type. */
export interface TypeMetadata {
  readonly className: string
  /** Whether its rows only join those of two other types. No answer contains them. */
  readonly pivotTable?: boolean
  readonly relations?: readonly { readonly type: string; readonly pivotEntity?: string }[]
}

/**
 * Returns, by type, the other types of the module from which relations lead to it. Their records may show or be found
 * by a record of it without having a tag of it, for example before there is one. The rows that Postgres deletes along
 * with it are among them, since their relations lead to it.
 */
export function reachingTypes(all: readonly TypeMetadata[]): ReadonlyMap<string, readonly string[]> {
  const from = new Map<string, TypeMetadata[]>()
  for (const meta of all) {
    for (const { type, pivotEntity } of meta.relations ?? []) {
      for (const end of pivotEntity === undefined ? [type] : [type, pivotEntity]) {
        from.set(end, [...(from.get(end) ?? []), meta])
      }
    }
  }
  return new Map(
    all.map(({ className }) => {
      const reaching = new Set(from.get(className))
      // A set goes on with what is added to it meanwhile.
      for (const meta of reaching) for (const next of from.get(meta.className) ?? []) reaching.add(next)
      const types = [...reaching].filter((meta) => !meta.pivotTable && meta.className !== className)
      return [className, types.map((meta) => meta.className)]
    })
  )
}
