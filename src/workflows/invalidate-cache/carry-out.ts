import { clearInBatches } from "../../modules/cache-monitor/bulk-clear"
import { countNamed } from "../../modules/cache-monitor/clear-targets"
import type { NewInvalidation } from "../../modules/cache-monitor/invalidations"
import { countTargets, resolveTargets } from "../../modules/cache-monitor/targets"
import type { ChosenCache } from "./chosen-cache"
import type { InvalidateCacheInput } from "./input"
import { countEntries, type Ending, endingOf, type InvalidateCacheResult } from "./result"
import type { EngineInput } from "./split-input"

/** What is remembered of a request, until its targets are resolved. Of packed ones it is not known how many they are. */
export const newInvalidation = (id: string, providerId: string, request: EngineInput): NewInvalidation => ({
  id,
  providerId,
  dryRun: request.dryRun === true,
  createdBy: request.createdBy ?? { origin: "code" },
  total: "packed" in request || "parts" in request ? 0 : countNamed(request),
})

/**
 * Waits for its turn, and only then reads the targets; resolves, clears and sums up. What cannot be delivered is part of the
 * result; rejects only when something is broken.
 */
export async function carryOut(
  { cache, invalidations, queue }: ChosenCache,
  wanted: NewInvalidation,
  read: () => Promise<InvalidateCacheInput>
): Promise<InvalidateCacheResult> {
  const { id, providerId, dryRun } = wanted
  // Before its turn, since others take a run that nobody works on for interrupted.
  const running = await invalidations.takeUp(cache, wanted)
  try {
    await queue.turn(id)
    const request = await read()
    const targets = await resolveTargets(cache.insight.tags, request)
    running.resolved(countTargets(targets))
    const author = { origin: "workflow", actorId: id } as const
    const autoInvalidateOnly = request.autoInvalidateOnly === true
    await clearInBatches(cache, { targets, autoInvalidateOnly, dryRun, author }, running)
    const entries = dryRun ? await countEntries(cache, targets) : undefined
    const maxTtlSeconds = cache.options.ttlCapSeconds
    const server = cache.servers[0].id
    const endingWith = (pending: number): Ending =>
      endingOf({ run: { ...running.state, pending }, targets, server, maxTtlSeconds, entries })
    const { state, message } = endingWith(running.state.pending)
    const { total, done, pending, retries, endedAtMs } = await running.end({ state, message }, endingWith(0))
    const staleUntilMs = pending > 0 && maxTtlSeconds > 0 && endedAtMs ? endedAtMs + maxTtlSeconds * 1000 : null
    return { id, state, dryRun, providerId, total, done, pending, retries, staleUntilMs, message }
  } catch (error) {
    const message = `Failed: ${error instanceof Error ? error.message : String(error)}`
    await running.end({ state: "failed", message })
    throw error
  } finally {
    queue.leave(id)
  }
}
