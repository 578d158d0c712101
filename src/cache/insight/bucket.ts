import { isFigure } from "../support/figure"
import { isOfLaterVersion } from "./json-items"
import {
  CLEARED_BY,
  type CountLimits,
  type Counts,
  countersIn,
  limited,
  NOTHING,
  sumOfCounts,
  type Tally,
} from "./counts"

/** The counts that one process has to add to one bucket, exactly once. */
export interface Flush {
  readonly process: string
  /** A number that rises with each flush of the process. */
  readonly number: number
  readonly counts: Counts
}

/** A bucket of time as stored in Memcached, summed over the processes. */
export interface Bucket {
  /**
   * Names the first flush. When Memcached loses a bucket that is still being counted, the next one of that time has
   * another id. Empty for a bucket with no flush.
   */
  readonly id: string
  readonly counts: Counts
  /** The number of each process's last flush in the counts, newest process last. */
  readonly flushes: ReadonlyMap<string, number>
}

export const EMPTY_BUCKET: Bucket = { id: "", counts: NOTHING, flushes: new Map() }

export const BUCKET_VERSION = 1

/** The size limit of a bucket. All buckets of all ranges stay below 10 MB. */
export const MAX_BUCKET_BYTES = 16 * 1024

const BUCKET_ID = /^[\w-]{1,16}:\d{1,15}$/
const PROCESS_ID = /^[\w-]{1,16}$/

/** The length limit of a name. Longer names are cut, so that a bucket stays small. */
export const MAX_NAME_CHARS = 100

/**
 * The most processes in one bucket. Those that were silent longest are forgotten, because they have no unsettled flush
 * any more.
 */
export const MAX_PROCESSES = 64

/** Limits of a bucket's contents. If the item is still too large, the next limits apply. */
export const BUCKET_LIMITS: readonly [CountLimits, ...CountLimits[]] = [
  { types: 24, tags: 40, tagsPerType: 5 },
  { types: 24, tags: 20, tagsPerType: 3 },
  { types: 24, tags: 10, tagsPerType: 1 },
  { types: 24, tags: 0, tagsPerType: 0 },
]

export const hasFlush = ({ flushes }: Bucket, { process, number }: Flush): boolean =>
  (flushes.get(process) ?? 0) >= number

/**
 * Returns the item with the flush added. Returns undefined when the flush is already in it, or when a later version
 * wrote the item, which is then left alone.
 */
export function withFlush(item: unknown, flush: Flush): unknown {
  const bucket = decodeBucket(item)
  if (isOfLaterVersion(item, BUCKET_VERSION) || hasFlush(bucket, flush)) return undefined
  const flushes = new Map(bucket.flushes)
  flushes.delete(flush.process)
  flushes.set(flush.process, flush.number)
  const id = bucket.id || `${flush.process}:${flush.number}`
  return encodeBucket({ id, counts: sumOfCounts([bucket.counts, flush.counts]), flushes })
}

/** Encodes a bucket in at most 16 KB. If necessary it drops tags, then types, but never counters. */
export function encodeBucket({ id, counts, flushes }: Bucket): unknown {
  const itemOf = ({ all, types }: Counts): unknown => ({
    version: BUCKET_VERSION,
    id,
    flushes: [...flushes].slice(-MAX_PROCESSES),
    all: Object.fromEntries(all),
    types: [...types].map(([type, tally]) => [type, Object.fromEntries(tally)]),
  })
  for (const limits of BUCKET_LIMITS) {
    const item = itemOf(limited(counts, limits))
    if (Buffer.byteLength(JSON.stringify(item)) <= MAX_BUCKET_BYTES) return item
  }
  return itemOf({ all: countersIn(counts.all), types: new Map() })
}

/**
 * Decodes a bucket. A damaged item, or one of a later version, counts as empty. Impossible counts are damage: anyone
 * who can write to Memcached can write any number.
 */
export function decodeBucket(item: unknown): Bucket {
  if (typeof item !== "object" || item === null || !("version" in item) || item.version !== BUCKET_VERSION) {
    return EMPTY_BUCKET
  }
  const { id, flushes, all, types } = item as Partial<Record<keyof Counts | "id" | "flushes", unknown>>
  const known = pairsIn(flushes).filter(
    (pair): pair is [string, number] => PROCESS_ID.test(pair[0]) && isFigure(pair[1])
  )
  const tallies = pairsIn(types).flatMap(([type, tally]): [string, Tally][] => {
    const sound = tallyIn(tally)
    return sound ? [[type, sound]] : []
  })
  const hasId = typeof id === "string" && BUCKET_ID.test(id)
  return {
    id: hasId ? id : "",
    flushes: new Map(known),
    counts: { all: tallyIn(all) ?? NOTHING.all, types: new Map(tallies) },
  }
}

/**
 * Returns undefined when one number is no valid figure. The others are then worthless as well, because they would not
 * fit together.
 */
function tallyIn(value: unknown): Tally | undefined {
  if (typeof value !== "object" || value === null) return undefined
  const tally = new Map<string, number>()
  for (const [name, count] of Object.entries(value)) {
    if (!isName(name) || !isFigure(count)) return undefined
    tally.set(name, count)
  }
  return (tally.get("hits") ?? 0) <= (tally.get("lookups") ?? 0) ? tally : undefined
}

const pairsIn = (value: unknown): [string, unknown][] =>
  Array.isArray(value)
    ? value.flatMap((pair: unknown): [string, unknown][] =>
        Array.isArray(pair) && isName(pair[0]) ? [[pair[0], pair[1]]] : []
      )
    : []

/** Accepts names with the prefix that says what was counted. */
const isName = (value: unknown): value is string =>
  typeof value === "string" && value.length <= MAX_NAME_CHARS + CLEARED_BY.length
