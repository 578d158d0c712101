import { createWorkflow, type WorkflowData, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import type { InvalidateCacheInput } from "./input"
import { acceptInvalidationStep } from "./steps/accept-invalidation"
import { clearTargetsStep } from "./steps/clear-targets"

export const invalidateCacheWorkflowId = "memcached-invalidate-cache"

/** How long the engine knows a transaction id that has been used, in seconds. It keeps the input as long. */
const RETENTION_SECONDS = 3600

/**
 * Clears as many targets as one likes, in the background, with progress. `run` checks the input, returns while the work goes
 * on, and throws a `MedusaError` when the input is wrong or no cache runs in this process. The transaction's id is the
 * invalidation's at `GET /admin/cache/invalidations/:id`. To wait for the end, subscribe before it starts:
 *
 * ```ts
 * const transactionId = `erp-import-${importId}`
 * const engine = container.resolve(Modules.WORKFLOW_ENGINE)
 * const ended = new Promise<InvalidateCacheResult>((resolve, reject) => {
 *   void engine.subscribe({
 *     workflowId: invalidateCacheWorkflowId,
 *     transactionId,
 *     subscriber: ({ eventType, result, errors }) => {
 *       if (eventType !== "onFinish") return
 *       if (errors?.length) reject(errors[0].error)
 *       else resolve(result)
 *     },
 *   })
 * })
 * await invalidateCacheWorkflow(container).run({
 *   input: { entities: [{ type: "Product", ids }] },
 *   context: { transactionId },
 * })
 * const { state, pending, message } = await ended
 * ```
 *
 * A transaction id that is given twice within an hour is carried out once. There is no compensation: a clear cannot be
 * undone. It emits no events, which would make Medusa clear again.
 */
export const invalidateCacheWorkflow = createWorkflow(
  { name: invalidateCacheWorkflowId, idempotent: true, retentionTime: RETENTION_SECONDS },
  (input: WorkflowData<InvalidateCacheInput>) => {
    const { providerId } = acceptInvalidationStep(input)
    return new WorkflowResponse(clearTargetsStep({ request: input, providerId }))
  }
)
