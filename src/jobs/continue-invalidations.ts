import type { MedusaContainer } from "@medusajs/framework/types"
import { Modules, TransactionHandlerType } from "@medusajs/framework/utils"
import { StepResponse } from "@medusajs/framework/workflows-sdk"
import { carryOut, type InvalidateCacheResult } from "../modules/cache-monitor/carry-out"
import { MissingTables } from "../modules/cache-monitor/invalidations"
import { monitorOf } from "../modules/cache-monitor/running-cache"
import { clearTargetsStepId, invalidateCacheWorkflowId } from "../workflows/invalidate-cache/workflow"

export const config = { name: "memcached-continue-invalidations", schedule: "* * * * *" }

/** Goes on with bulk invalidations whose process has ended before they had, and with what it could not deliver. */
export default async function continueInvalidations(container: MedusaContainer): Promise<void> {
  const monitor = monitorOf(container)
  const providerIds = [...monitor.caches().keys()]
  try {
    for (;;) {
      const id = await monitor.invalidations.takeInterrupted(providerIds)
      if (id === undefined) return
      await tellEngine(container, id, await carryOut(container, id))
    }
  } catch (error) {
    // A shop that has not run the migration is told so by the routes, and not every minute in its log.
    if (!(error instanceof MissingTables)) throw error
  }
}

/** It has taken the step for under way since its process ended, and does not begin it again by itself. */
async function tellEngine(container: MedusaContainer, id: string, result: InvalidateCacheResult): Promise<void> {
  try {
    await container.resolve(Modules.WORKFLOW_ENGINE).setStepSuccess({
      idempotencyKey: {
        action: TransactionHandlerType.INVOKE,
        transactionId: id,
        stepId: clearTargetsStepId,
        workflowId: invalidateCacheWorkflowId,
      },
      stepResponse: new StepResponse(result),
      options: { container },
    })
  } catch {
    // It had not begun, has ended with what was pending, or knows nothing of it any more.
  }
}
