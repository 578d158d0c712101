import type { MedusaContainer } from "@medusajs/framework/types"
import { Modules, TransactionHandlerType } from "@medusajs/framework/utils"
import { StepResponse } from "@medusajs/framework/workflows-sdk"
import { carryOut, type InvalidateCacheResult } from "../modules/cache-monitor/carry-out"
import { MissingTables } from "../modules/cache-monitor/missing-tables"
import { monitorOf } from "../modules/cache-monitor/running-cache"
import { clearTargetsStepId, invalidateCacheWorkflowId } from "../workflows/invalidate-cache/workflow"

export const config = { name: "memcached-continue-invalidations", schedule: "* * * * *" }

/** Continues bulk invalidations whose process ended before they did, and delivers what that process could not. */
export default async function continueInvalidations(container: MedusaContainer): Promise<void> {
  const monitor = monitorOf(container)
  const providerIds = [...monitor.caches().keys()]
  try {
    for (;;) {
      const id = await monitor.invalidations.takeInterrupted(providerIds)
      if (id === undefined) return
      await reportToEngine(container, id, await carryOut(container, id))
    }
  } catch (error) {
    // Without the migration, the routes report the problem. The log need not repeat it every minute.
    if (!(error instanceof MissingTables)) throw error
  }
}

/**
 * Gives the workflow engine the result. It has considered the step under way since its process ended, and does not
 * begin it again by itself.
 */
async function reportToEngine(container: MedusaContainer, id: string, result: InvalidateCacheResult): Promise<void> {
  try {
    await container.resolve(Modules.WORKFLOW_ENGINE).setStepSuccess({
      idempotencyKey: {
        action: TransactionHandlerType.INVOKE,
        transactionId: id,
        stepId: clearTargetsStepId,
        workflowId: invalidateCacheWorkflowId,
      },
      // No container: the engine on Redis copies the options as JSON, and what is left of one it cannot use.
      stepResponse: new StepResponse(result),
    })
  } catch {
    // The run had not begun in the engine, has ended with something pending, or is forgotten there.
  }
}
