import { sumOf } from "../figure"

/**
 * Counters are nested records of numbers. These work on any such shape, so that a new counter is added, subtracted and
 * shared without another line of code.
 */
type Counters = { readonly [name: string]: number | Counters }

export const addSnapshots = <T extends object>(a: T, b: T): T => combined(a, b, sumOf)

/** What was counted between two snapshots. */
export const subtractSnapshots = <T extends object>(later: T, earlier: T): T =>
  combined(later, earlier, (x, y) => x - y)

/** `hits` or `misses.absent` with its number, in the order of the shape. */
export function counterPaths(snapshot: object, prefix = ""): [path: string, count: number][] {
  return Object.entries(snapshot as Counters).flatMap(([name, value]): [string, number][] =>
    typeof value === "number" ? [[prefix + name, value]] : counterPaths(value, `${prefix}${name}.`)
  )
}

/** The shape of `like`, with the numbers of the paths; 0 where there is none. */
export function fromCounterPaths<T extends object>(like: T, countOf: (path: string) => number, prefix = ""): T {
  const entries = Object.entries(like as Counters).map(([name, value]): [string, number | Counters] => [
    name,
    typeof value === "number" ? countOf(prefix + name) : fromCounterPaths(value, countOf, `${prefix}${name}.`),
  ])
  // The same names as in `like`, so the same type.
  return Object.fromEntries(entries) as T
}

function combined<T extends object>(a: T, b: T, combine: (x: number, y: number) => number): T {
  const others = b as Counters
  const entries = Object.entries(a as Counters).map(([name, value]): [string, number | Counters] => {
    const other = others[name]
    if (typeof value === "number") return [name, combine(value, typeof other === "number" ? other : 0)]
    return [name, combined<Counters>(value, typeof other === "object" ? other : {}, combine)]
  })
  return Object.fromEntries(entries) as T
}
