import { MedusaError } from "@medusajs/framework/utils"
import { createStep, StepResponse } from "@medusajs/framework/workflows-sdk"
import { sentenceOf } from "../../../modules/cache-monitor/clear-targets"
import { nameInRun } from "../../../modules/cache-monitor/invalidation"
import { newInvalidation } from "../carry-out"
import { chooseCache, monitorOf } from "../chosen-cache"
import { SHORT_NAME } from "../input"
import type { EngineInput } from "../split-input"
import { wholeInput } from "../whole-input"

/**
 * Refuses what cannot be carried out, while the caller still waits, and makes the invalidation visible. Answers which cache
 * was chosen, so that the other step, perhaps in another process, takes the same. With too many under way it waits for its
 * place, before the targets are read.
 */
export const acceptInvalidationStep = createStep(
  "memcached-accept-invalidation",
  async (carried: EngineInput, { container, transactionId = "" }) => {
    checkTransactionId(transactionId)
    const { queue } = monitorOf(container)
    await queue.join(transactionId)
    try {
      const input = await wholeInput(carried, container)
      const { providerId, cache, invalidations } = chooseCache(container, input.providerId)
      await invalidations.accept(cache, newInvalidation(transactionId, providerId, input))
      return new StepResponse({ providerId })
    } catch (error) {
      queue.leave(transactionId)
      throw error
    }
  }
)

/** It names an item in Memcached, and stands in a list of them. */
function checkTransactionId(id: string): void {
  if (nameInRun.safeParse(id).success) return
  const problem = { field: "transactionId", value: id, expectation: SHORT_NAME }
  throw new MedusaError(MedusaError.Types.INVALID_DATA, sentenceOf(problem))
}
