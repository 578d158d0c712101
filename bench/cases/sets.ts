import type { Sample } from "../catalogue"
import { runConcurrently } from "../concurrency"
import type { BenchCase, Cache } from "./bench-case"
import { expectGone, expectStored } from "./expectation"
import { beginLoad, load } from "./load"

interface SetCaseOptions {
  readonly name: string
  readonly title: string
  readonly samples: readonly [Sample, ...Sample[]]
  readonly operations: number
  readonly concurrency: number
  readonly goal?: number
}

interface PlannedSet {
  readonly key: string
  readonly sample: Sample
}

/** Stores under keys that were never used before: each of their tags has to learn of them. */
export function setsOfNewKeys(options: SetCaseOptions): BenchCase {
  return sets(options, (round) => planned(options, (i) => `${options.name}-${round}-${i}`))
}

/** Stores again what was stored before and has been cleared: a shop's usual day. */
export function setsOfKnownKeys(options: SetCaseOptions): BenchCase {
  const plan = planned(options, (i) => `${options.name}-${i}`)
  const tags = options.samples.map(({ tags }) => tags.at(-1) ?? "")
  return {
    ...sets(
      options,
      () => plan,
      async (cache) => {
        await cache.clear({ tags })
        for (const { key } of plan) await expectGone(cache, key)
      }
    ),
    needsNoTags: false,
    setUp: async (cache) => {
      for (const { key, sample } of plan) await load(cache, key, sample)
    },
  }
}

/** Everybody has missed the same key, and everybody stores it. */
export function setsOfOneKey(options: SetCaseOptions): BenchCase {
  return sets(options, (round) => {
    const sample = options.samples[round % options.samples.length] ?? options.samples[0]
    return Array.from({ length: options.operations }, () => ({ key: `${options.name}-${round}`, sample }))
  })
}

function sets(
  { name, title, operations, concurrency, goal }: SetCaseOptions,
  plan: (round: number) => readonly PlannedSet[],
  beforeLoads?: (cache: Cache) => Promise<void>
): BenchCase {
  let stores: (() => Promise<void>)[] = []
  return {
    name,
    title,
    operations,
    goal,
    needsNoTags: true,
    hasBackground: true,
    async prepare(cache, round) {
      await beforeLoads?.(cache)
      stores = await Promise.all(plan(round).map(({ key, sample }) => beginLoad(cache, key, sample)))
    },
    run: () => runConcurrently(operations, concurrency, async (i) => stores[i]?.()),
    async verify(cache, round) {
      for (const { key, sample } of plan(round)) await expectStored(cache, key, sample)
    },
  }
}

function planned({ operations, samples }: SetCaseOptions, keyOf: (index: number) => string): PlannedSet[] {
  return Array.from({ length: operations }, (_, i) => ({
    key: keyOf(i),
    sample: samples[i % samples.length] ?? samples[0],
  }))
}
