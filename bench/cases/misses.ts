import { runConcurrently } from "../concurrency"
import type { BenchCase } from "./bench-case"
import { expectMiss } from "./expectation"

interface MissOptions {
  readonly name: string
  readonly title: string
  readonly operations: number
  readonly concurrency: number
}

/** Lookups of keys that nobody has stored. */
export function misses({ name, title, operations, concurrency }: MissOptions): BenchCase {
  return {
    name,
    title,
    operations,
    needsNoTags: true,
    hasBackground: false,
    run: (cache, round) =>
      runConcurrently(operations, concurrency, async (i) => {
        expectMiss(await cache.get({ key: `${name}-${round}-${i}` }))
      }),
  }
}
