import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises"
import type { Cache, ClearAuthor } from "../../cache"
import type { InvalidationBatch } from "./invalidation"
import type { NamedTargets } from "./targets"

/** One record of the log each: 6 KB, which other processes fetch when they follow. */
const BATCH_TARGETS = 1_000

/** How long a run waits, all in all, for Memcached to come back, in milliseconds. Besides the time-out of the clears. */
const PATIENCE_MS = 30_000
const POLL_MS = 100

/** A server that comes and goes must not hold a run for good. */
const MAX_ATTEMPTS = 5

export interface BulkClear {
  readonly targets: NamedTargets
  readonly autoInvalidateOnly: boolean
  readonly dryRun: boolean
  readonly author: ClearAuthor
}

export interface BulkClearProgress {
  answered(batch: Omit<InvalidationBatch, "index">): void
  retrying(): void
}

/** What it needs of a cache. */
export type ClearableCache = Pick<Cache, "clear"> & { readonly log: { readonly hasPending: boolean } }

/**
 * Clears in batches, with a turn of the event loop between two. Never rejects.
 *
 * A batch that Memcached could not be told of is pending: the engine keeps it and delivers it. The run waits until that has
 * happened, and clears the batch once more, which is harmless, to have its answer. When it has waited for 30 seconds in
 * all, the rest is handed to the engine, which then answers at once, so that a run always ends.
 */
export async function clearInBatches(
  cache: ClearableCache,
  { targets, autoInvalidateOnly, dryRun, author }: BulkClear,
  progress: BulkClearProgress,
  patienceMs = PATIENCE_MS
): Promise<void> {
  const options = autoInvalidateOnly ? { options: { autoInvalidate: true } } : {}
  const clear = async ({ tags, keys, all }: NamedTargets): Promise<"applied" | "pending"> => {
    const { status } = await cache.clear(all ? { tags: ["*"] } : { tags, keys, ...options }, author)
    return status === "pending" ? status : "applied"
  }
  let patienceLeftMs = patienceMs
  const delivered = async (): Promise<boolean> => {
    while (cache.log.hasPending && patienceLeftMs > 0) {
      await delay(POLL_MS)
      patienceLeftMs -= POLL_MS
    }
    return !cache.log.hasPending
  }

  for (const batch of batchesOf(targets)) {
    await nextTurn()
    const startedAt = performance.now()
    let status: InvalidationBatch["status"] = dryRun ? "dry_run" : await clear(batch)
    let attempts = 1
    while (status === "pending" && attempts < MAX_ATTEMPTS && (await delivered())) {
      attempts += 1
      progress.retrying()
      status = await clear(batch)
    }
    progress.answered({
      targets: batch.all ? 1 : batch.tags.length + batch.keys.length,
      status,
      attempts,
      durationMs: Math.round(performance.now() - startedAt),
    })
  }
}

function* batchesOf({ tags, keys, all }: NamedTargets): Generator<NamedTargets> {
  if (all) yield { tags: [], keys: [], all }
  const names = all ? 0 : tags.length + keys.length
  for (let at = 0; at < names; at += BATCH_TARGETS) {
    const end = at + BATCH_TARGETS
    yield {
      tags: tags.slice(at, end),
      keys: keys.slice(Math.max(0, at - tags.length), Math.max(0, end - tags.length)),
      all: false,
    }
  }
}
