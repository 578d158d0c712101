export const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((all, count) => all + count, 0)

/** Records of numbers, added name by name. */
export const sum = <T extends object>(a: T, b: T): T => combine(a, b, (x, y) => x + y)

export const difference = <T extends object>(after: T, before: T): T => combine(after, before, (x, y) => x - y)

function combine<T extends object>(a: T, b: T, operation: (x: number, y: number) => number): T {
  const others = new Map<string, number>(Object.entries(b))
  return Object.fromEntries(
    Object.entries(a).map(([name, count]: [string, number]) => [name, operation(count, others.get(name) ?? 0)])
  ) as T
}
