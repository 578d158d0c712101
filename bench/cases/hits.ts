import { type Sample } from "../catalogue"
import { runConcurrently } from "../concurrency"
import type { BenchCase } from "./bench-case"
import { expectHit, expectStored } from "./expectation"
import { load } from "./load"

interface HitOptions {
  readonly name: string
  readonly title: string
  readonly samples: readonly Sample[]
  readonly operations: number
  readonly concurrency: number
  readonly goal?: number
}

/** Lookups of entries that are there. */
export function hits({ name, title, samples, operations, concurrency, goal }: HitOptions): BenchCase {
  const entries = samples.map((sample, i) => ({ key: `${name}-${i}`, sample }))
  return {
    name,
    title,
    operations,
    goal,
    needsNoTags: true,
    usesCopies: true,
    hasBackground: false,
    async setUp(cache) {
      for (const { key, sample } of entries) {
        await load(cache, key, sample)
        await expectStored(cache, key, sample)
      }
    },
    run: (cache) =>
      runConcurrently(operations, concurrency, async (i) => {
        const entry = entries[i % entries.length]
        if (entry) expectHit(await cache.get({ key: entry.key }), entry.sample)
      }),
  }
}
