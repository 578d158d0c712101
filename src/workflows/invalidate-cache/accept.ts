import type { MedusaContainer } from "@medusajs/framework/types"
import { MedusaError } from "@medusajs/framework/utils"
import { shortName, SHORT_NAME } from "../../modules/cache-monitor/invalidation"
import { accepted, sentenceOf } from "../../modules/cache-monitor/problem"
import { monitorOf, requiredCache } from "../../modules/cache-monitor/running-cache"
import { resolveTargets } from "../../modules/cache-monitor/targets"
import { type InvalidateCacheInput, invalidateCacheInput } from "./input"

/**
 * Accepts a bulk invalidation. It refuses what cannot be carried out while the caller still waits, and writes the rest
 * to the database, with all targets. A known invalidation is left as it is. When too many are under way, it first waits
 * for a place.
 */
export async function accept(scope: MedusaContainer, id: string, input: unknown): Promise<void> {
  const { invalidations, queue } = monitorOf(scope)
  try {
    checkId(id)
  } catch (error) {
    // Medusa's route has taken a place for it.
    queue.leave(id)
    throw error
  }
  if (await invalidations.isKnown(id)) return
  await queue.join(id)
  await acceptChecked(scope, id, () => accepted(invalidateCacheInput, input, "input"))
}

/** Accepts an invalidation that has a place already. `read` returns its checked input. Rejects when `read` throws. */
export async function acceptChecked(
  scope: MedusaContainer,
  id: string,
  read: () => InvalidateCacheInput
): Promise<void> {
  const { invalidations, queue } = monitorOf(scope)
  try {
    const input = read()
    const { providerId, cache } = requiredCache(scope, input.providerId)
    const { autoInvalidateOnly = false, dryRun = false, createdBy = { origin: "code" } } = input
    const wanted = { id, providerId, autoInvalidateOnly, dryRun, createdBy }
    await invalidations.create(wanted, await resolveTargets(cache.insight.tags, input))
  } catch (error) {
    queue.leave(id)
    throw error
  }
}

/**
 * Checks the id, which becomes the id of a row and appears in messages and addresses. Medusa's workflow engines do not
 * find a transaction with a colon in its id again: nobody would be told of its end.
 */
function checkId(id: string): void {
  if (shortName.safeParse(id).success && !id.includes(":")) return
  const problem = { field: "transactionId", value: id, expectation: `${SHORT_NAME}, without a colon` }
  throw new MedusaError(MedusaError.Types.INVALID_DATA, sentenceOf(problem))
}
