import { type Sample, smallEntry } from "../catalogue"
import { runConcurrently } from "../concurrency"
import type { BenchCase } from "./bench-case"
import { expectGone, expectStored } from "./expectation"
import { load } from "./load"

const ENTRIES = 5_000
const ENTRY_BYTES = 300
/** How many of them are looked up afterwards. */
const CHECKED_ENTRIES = 100
const FILL_CONCURRENCY = 64

interface ClearOptions {
  readonly name: string
  readonly title: string
  /** What an event does, which spares entries that were stored with `autoInvalidate: false`. */
  readonly automatic: boolean
  readonly goal?: number
}

/** One clear of a tag that 5,000 entries carry. */
export function clears({ name, title, automatic, goal }: ClearOptions): BenchCase {
  const tag = `${name}:list:*`
  const samples = Array.from({ length: 50 }, (_, i) => withTag(smallEntry(i, ENTRY_BYTES), tag))
  const [first = withTag(smallEntry(0, ENTRY_BYTES), tag)] = samples
  const bystander = smallEntry(50, ENTRY_BYTES)
  const sampleOf = (i: number): Sample => samples[i % samples.length] ?? first
  const keyOf = (i: number): string => `${name}-${i}`
  return {
    name,
    title,
    operations: 1,
    goal,
    needsNoTags: false,
    hasBackground: true,
    async prepare(cache, round) {
      // Also what a disturbed round has left, and what the one before has spared: each begins with misses.
      await cache.clear({ tags: [tag] })
      await runConcurrently(ENTRIES, FILL_CONCURRENCY, (i) => load(cache, keyOf(i), sampleOf(i)))
      await load(cache, `${name}-manual-${round}`, first, { autoInvalidate: false })
      await load(cache, `${name}-bystander-${round}`, bystander)
      for (let i = 0; i < ENTRIES; i += ENTRIES / CHECKED_ENTRIES) await expectStored(cache, keyOf(i), sampleOf(i))
    },
    run: (cache) => cache.clear({ tags: [tag], ...(automatic ? { options: { autoInvalidate: true } } : {}) }),
    async verify(cache, round) {
      for (let i = 0; i < ENTRIES; i += ENTRIES / CHECKED_ENTRIES) await expectGone(cache, keyOf(i))
      await expectStored(cache, `${name}-bystander-${round}`, bystander)
      const manual = `${name}-manual-${round}`
      await (automatic ? expectStored(cache, manual, first) : expectGone(cache, manual))
    },
  }
}

const withTag = (sample: Sample, tag: string): Sample => ({
  data: sample.data,
  tags: [tag, ...sample.tags.slice(0, 2)],
})
