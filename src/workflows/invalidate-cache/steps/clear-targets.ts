import { createStep, StepResponse } from "@medusajs/framework/workflows-sdk"
import { carryOut, newInvalidation } from "../carry-out"
import { chooseCache } from "../chosen-cache"
import type { EngineInput } from "../split-input"
import { wholeInput } from "../whole-input"

interface ClearTargetsInput {
  readonly request: EngineInput
  readonly providerId: string
}

/**
 * Resolves and clears in one step, since engines store the output of each step as JSON: a list of 100,000 targets must not
 * travel from step to step. It runs in the background; the caller of the workflow does not wait for it.
 *
 * Without a compensation: what was cleared cannot be put back, and needs not, since the next lookup loads it again. Run again
 * by an engine after a crash, it starts over: clearing twice is harmless, and patterns may match other tags by now, so that
 * a count of what was done would not say which.
 */
export const clearTargetsStep = createStep(
  { name: "memcached-clear-targets", async: true },
  async ({ request, providerId }: ClearTargetsInput, { container, transactionId = "" }) => {
    const wanted = newInvalidation(transactionId, providerId, request)
    const read = () => wholeInput(request, container)
    return new StepResponse(await carryOut(chooseCache(container, providerId), wanted, read))
  }
)
