import { inGerman, productList, type Sample, smallEntry } from "../catalogue"
import type { BenchCase } from "./bench-case"
import { clears } from "./clears"
import { flood } from "./flood"
import { hits } from "./hits"
import { misses } from "./misses"
import { setsOfKnownKeys, setsOfNewKeys, setsOfOneKey } from "./sets"

/** Just below the size from which both providers compress: with it the one that decompresses faster would win by that. */
const SMALL_BYTES = 2_000
const COMPRESSED_BYTES = 4_000

const SMALL_HIT_GOAL = 0.4
const LARGE_SET_GOAL = 0.25
const CLEAR_GOAL = 0.02

export function allCases(): BenchCase[] {
  const pages: [Sample, ...Sample[]] = [productList(0), productList(1), productList(2), productList(3)]
  const smallEntries = Array.from({ length: 64 }, (_, i) => smallEntry(i, SMALL_BYTES))
  const compressedEntries = Array.from({ length: 64 }, (_, i) => smallEntry(i, COMPRESSED_BYTES))
  const [firstSmall = smallEntry(0, SMALL_BYTES), ...moreSmall] = smallEntries
  return [
    hits({
      name: "hit-small-1",
      title: "hit, 2 KB, 5 tags",
      samples: smallEntries,
      operations: 1_000,
      concurrency: 1,
      goal: 0.8,
    }),
    hits({
      name: "hit-small-16",
      title: "hit, 2 KB, 5 tags, 16 at a time",
      samples: smallEntries,
      operations: 6_000,
      concurrency: 16,
      goal: SMALL_HIT_GOAL,
    }),
    hits({
      name: "hit-small-256",
      title: "hit, 2 KB, 5 tags, 256 at a time",
      samples: smallEntries,
      operations: 10_000,
      concurrency: 256,
      goal: SMALL_HIT_GOAL,
    }),
    hits({
      name: "hit-compressed-16",
      title: "hit, 4 KB (compressed), 16 at a time",
      samples: compressedEntries,
      operations: 1_500,
      concurrency: 16,
    }),
    hits({
      name: "hit-large-1",
      title: "hit, 400 KB, 1,000 tags",
      samples: pages,
      operations: 30,
      concurrency: 1,
      goal: 0.4,
    }),
    hits({
      name: "hit-large-8",
      title: "hit, 400 KB, 1,000 tags, 8 at a time",
      samples: pages,
      operations: 40,
      concurrency: 8,
      goal: 0.5,
    }),
    hits({
      name: "hit-large-german-1",
      title: "hit, 400 KB of German texts, 1,000 tags",
      samples: pages.map(inGerman),
      operations: 30,
      concurrency: 1,
    }),
    misses({ name: "miss-1", title: "miss", operations: 1_000, concurrency: 1 }),
    misses({ name: "miss-16", title: "miss, 16 at a time", operations: 4_000, concurrency: 16 }),
    setsOfNewKeys({
      name: "set-small-16",
      title: "set, 2 KB, 5 tags, new keys, 16 at a time",
      samples: [firstSmall, ...moreSmall],
      operations: 800,
      concurrency: 16,
      goal: 0.5,
    }),
    setsOfNewKeys({
      name: "set-large-1",
      title: "set, 400 KB, 1,000 tags, new keys",
      samples: pages,
      operations: 8,
      concurrency: 1,
      goal: LARGE_SET_GOAL,
    }),
    setsOfNewKeys({
      name: "set-large-8",
      title: "set, 400 KB, 1,000 tags, new keys, 8 at a time",
      samples: pages,
      operations: 16,
      concurrency: 8,
      goal: LARGE_SET_GOAL,
    }),
    setsOfKnownKeys({
      name: "set-large-known-8",
      title: "set, 400 KB, 1,000 tags, again after a clear, 8 at a time",
      samples: pages,
      operations: 16,
      concurrency: 8,
      goal: LARGE_SET_GOAL,
    }),
    setsOfOneKey({
      name: "set-large-herd",
      title: "set, 400 KB, 1,000 tags, 18 of one key at once",
      samples: pages,
      operations: 18,
      concurrency: 18,
      goal: LARGE_SET_GOAL,
    }),
    clears({
      name: "clear-explicit",
      title: "clear of a tag with 5,000 entries",
      automatic: false,
      goal: CLEAR_GOAL,
    }),
    clears({
      name: "clear-automatic",
      title: "clear of a tag with 5,000 entries, by an event",
      automatic: true,
      goal: CLEAR_GOAL,
    }),
    flood({ name: "flood", title: "2,600 clears at once, by events", goal: 0.08 }),
  ]
}
