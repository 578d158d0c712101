import { clearInBatches } from "../../modules/cache-monitor/bulk-clear"
import { countNamed } from "../../modules/cache-monitor/clear-targets"
import type { NewInvalidation } from "../../modules/cache-monitor/invalidations"
import { countTargets, resolveTargets } from "../../modules/cache-monitor/targets"
import type { ChosenCache } from "./chosen-cache"
import type { InvalidateCacheInput } from "./input"
import { countEntries, type Ending, endingOf, type InvalidateCacheResult } from "./result"

/** What is remembered of a request, until its targets are resolved. */
export const newInvalidation = (id: string, providerId: string, request: InvalidateCacheInput): NewInvalidation => ({
  id,
  providerId,
  dryRun: request.dryRun === true,
  createdBy: request.createdBy ?? { origin: "code" },
  total: countNamed(request),
})

/** Resolves, clears and sums up. What cannot be delivered is part of the result; rejects only when something is broken. */
export async function carryOut(
  { providerId, cache, invalidations }: ChosenCache,
  request: InvalidateCacheInput,
  id: string
): Promise<InvalidateCacheResult> {
  const wanted = newInvalidation(id, providerId, request)
  const { dryRun } = wanted
  const running = await invalidations.takeUp(cache, wanted)
  try {
    const targets = await resolveTargets(cache, request)
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
  }
}
