import { setTimeout as delay } from "node:timers/promises"
import type { MedusaContainer } from "@medusajs/framework/types"
import { MedusaError } from "@medusajs/framework/utils"
import { type Cache, MAX_COUNTED_TAGS } from "../../cache"
import { BatchClear } from "./batch-clear"
import { countEntries, inWords, pendingMessage, staleUntilMs } from "./clear"
import type { Ending, EndState, Invalidation } from "./invalidation"
import { DatabaseFailure, type Invalidations } from "./invalidations"
import { monitorOf } from "./running-cache"

/**
 * How long a run waits in all for Memcached to come back, in milliseconds. The time-out of the clears is not included.
 */
const PATIENCE_MS = 30_000

/** How often to check whether clears that were pending at the end have been delivered, in milliseconds. */
const AFTERMATH_MS = 1_000

/**
 * The result of a run. It is small, because workflow engines store the results of steps. The batches are stored with
 * the invalidation.
 */
export interface InvalidateCacheResult {
  /** The id of the invalidation, which is the transaction's. */
  readonly id: string
  /** partly_done: something is pending, or patterns could not be matched against all known tags. */
  readonly state: EndState
  readonly dryRun: boolean
  readonly providerId: string
  /** The number of targets: tags and keys, each once. */
  readonly total: number
  readonly done: number
  /** Targets that could not be delivered to Memcached. They are kept, and delivered when it is back. */
  readonly pending: number
  readonly retries: number
  /**
   * With something pending: until when other processes may serve what was cleared, if it is not delivered earlier, as a
   * Unix time in milliseconds. Null when nothing is pending, or when there is no bound because the option `maxTtl` is
   * not set.
   */
  readonly staleUntilMs: number | null
  readonly message: string
}

/** Thrown when this process cannot go on with a run. The run has not ended: a worker continues it. */
export class Interruption extends Error {}

/**
 * Carries out an invalidation: waits for its turn, clears batch after batch and sums up. It continues where an earlier
 * attempt was interrupted. What cannot be delivered is part of the result. It rejects only when something is broken, and
 * with an `Interruption`.
 */
export async function carryOut(
  scope: MedusaContainer,
  id: string,
  patienceMs = PATIENCE_MS
): Promise<InvalidateCacheResult> {
  const monitor = monitorOf(scope)
  const { invalidations, queue } = monitor
  // Hold it before its turn: other processes take a run that nobody holds for interrupted.
  invalidations.hold(id)
  let aftermath: Promise<void> | undefined
  try {
    await queue.turn(id)
    const run = await known(invalidations, id)
    const cache = monitor.caches().get(run.providerId)
    // It may have been closed while the run waited for its turn.
    if (!cache) throw new Interruption(`No cache with the provider id ${run.providerId} is running in this process.`)
    if (await invalidations.begin(id)) {
      const clear = new BatchClear(cache, run.autoInvalidateOnly, { origin: "workflow", actorId: id }, patienceMs)
      const seen = await clearBatches(clear, cache, invalidations, run)
      const cleared = await known(invalidations, id)
      await invalidations.end(id, endingOf(cache, cleared, seen))
      if (cleared.pending > 0) aftermath = untilDelivered(cache, invalidations, cleared, seen)
    }
    return resultOf(cache, await known(invalidations, id))
  } catch (error) {
    if (error instanceof Interruption) throw error
    if (error instanceof DatabaseFailure) throw new Interruption(error.message, { cause: error })
    const message = `Failed: ${error instanceof Error ? error.message : String(error)}`
    await invalidations.end(id, { state: "failed", message }).catch(() => undefined)
    throw error
  } finally {
    queue.leave(id)
    void (aftermath ?? Promise.resolve()).finally(() => invalidations.release(id))
  }
}

async function known(invalidations: Invalidations, id: string): Promise<Invalidation> {
  const run = await invalidations.find(id)
  if (run) return run
  throw new MedusaError(MedusaError.Types.NOT_FOUND, `The invalidation ${id} is not in the database any more`)
}

/** What is only known about targets while they are processed. */
interface Seen {
  readonly everything: boolean
  /** The number of entries stored with the first targets, in a dry run. Null when unknown. */
  readonly entries: number | null
}

async function clearBatches(
  clear: BatchClear,
  cache: Cache,
  invalidations: Invalidations,
  run: Invalidation
): Promise<Seen> {
  let everything = false
  let entries: number | null = null
  for (;;) {
    const batch = await invalidations.nextBatch(run.id)
    if (!batch) return { everything, entries }
    everything = batch.targets.all
    const startedAt = performance.now()
    const answer = run.dryRun ? ({ status: "dry_run", attempts: 1 } as const) : await clear.clear(batch.targets)
    if (run.dryRun && batch.index === 0) entries = await countEntries(cache, batch.targets)
    const durationMs = Math.round(performance.now() - startedAt)
    await invalidations.answered(run.id, { index: batch.index, ...answer, durationMs })
  }
}

/**
 * Waits for the delivery and holds the run in the meantime. If this process ends earlier, another one takes the run up.
 */
async function untilDelivered(
  cache: Cache,
  invalidations: Invalidations,
  run: Invalidation,
  seen: Seen
): Promise<void> {
  try {
    while (cache.hasPending) {
      await delay(AFTERMATH_MS, undefined, { ref: false })
      if (!invalidations.holds(run.id)) return
    }
    const { state, message } = endingOf(cache, { ...run, pending: 0 }, seen)
    const later = `${run.pending} targets were delivered after the run had ended, once Memcached was available again.`
    await invalidations.delivered(run.id, { state, message: `${message} ${later}` })
  } catch {
    // The database is away. Whoever takes up the run clears again.
  }
}

function endingOf(cache: Cache, run: Invalidation, { everything, entries }: Seen): Ending {
  const { total, pending, isComplete } = run
  const what = everything ? "everything" : inWords(total)
  const sentences = run.dryRun
    ? [`Dry run: nothing was cleared. A real run clears ${what}.`, ...entriesKnown(entries)]
    : pending === 0
      ? [`Cleared ${what}.`]
      : [
          pendingMessage({
            servers: cache.logStatus().pendingServers,
            isOnly: cache.servers.length === 1,
            what: everything ? what : `${pending} of ${what}`,
            maxTtlSeconds: cache.options.ttlCapSeconds,
          }),
        ]
  if (!isComplete) {
    sentences.push(
      "Not all known tags could be read, so patterns may have missed some. Run it again, or name the tags."
    )
  }
  return { state: pending > 0 || !isComplete ? "partly_done" : "done", message: sentences.join(" ") }
}

const entriesKnown = (entries: number | null): string[] =>
  entries === null
    ? []
    : [`About ${entries} cached entries have one of its first ${MAX_COUNTED_TAGS} tags, or its keys.`]

function resultOf(cache: Cache, run: Invalidation): InvalidateCacheResult {
  const { id, dryRun, providerId, total, done, pending, retries, message } = run
  return {
    ...{ id, dryRun, providerId, total, done, pending, retries, message },
    state: run.state === "running" ? "failed" : run.state,
    staleUntilMs:
      pending > 0 && run.endedAtMs !== null ? staleUntilMs(cache.options.ttlCapSeconds, run.endedAtMs) : null,
  }
}
