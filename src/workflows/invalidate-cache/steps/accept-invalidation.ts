import { createStep, StepResponse } from "@medusajs/framework/workflows-sdk"
import { newInvalidation } from "../carry-out"
import { chooseCache } from "../chosen-cache"
import { checkInput } from "../input"
import type { EngineInput } from "../split-input"
import { wholeInput } from "../whole-input"

/**
 * Refuses what cannot be carried out, while the caller still waits, and makes the invalidation visible. Answers which cache
 * was chosen, so that the other step, perhaps in another process, takes the same.
 */
export const acceptInvalidationStep = createStep(
  "memcached-accept-invalidation",
  async (carried: EngineInput, { container, transactionId = "" }) => {
    const input = await wholeInput(carried, container)
    checkInput(input)
    const { providerId, cache, invalidations } = chooseCache(container, input.providerId)
    await invalidations.accept(cache, newInvalidation(transactionId, providerId, input))
    return new StepResponse({ providerId })
  }
)
