import { createWorkflow, type WorkflowData, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import { keepPart, type Scope } from "./kept-part"
import { packedInput } from "./packed-input"
import { type EngineInput, splitInput } from "./split-input"
import { acceptInvalidationStep } from "./steps/accept-invalidation"
import { clearTargetsStep } from "./steps/clear-targets"

export const invalidateCacheWorkflowId = "memcached-invalidate-cache"

/** How long the engine knows a transaction id that has been used, in seconds. It keeps the input as long. */
const RETENTION_SECONDS = 3600

const workflow = createWorkflow(
  { name: invalidateCacheWorkflowId, idempotent: true, retentionTime: RETENTION_SECONDS },
  (input: WorkflowData<EngineInput>) => {
    const { providerId } = acceptInvalidationStep(input)
    return new WorkflowResponse(clearTargetsStep({ request: input, providerId }))
  }
)

/**
 * Clears up to 100,000 targets, 16 MB of JSON, in the background, with progress. `run` checks the input, returns while the
 * work goes on, and throws a `MedusaError` when the input is wrong or no cache runs in this process. A process carries out two
 * at a time; with sixteen under way, `run` waits until one of them has ended. The transaction's id, of 200 characters at most,
 * is the invalidation's at `GET /admin/cache/invalidation?id=`. To wait for the end, subscribe before it starts:
 *
 * ```ts
 * const transactionId = `erp-import-${importId}`
 * const engine: IWorkflowEngineService = container.resolve(Modules.WORKFLOW_ENGINE)
 * const ended = new Promise<InvalidateCacheResult>((resolve, reject) => {
 *   const subscriber = (event: { eventType: string; result?: InvalidateCacheResult; errors?: { error: Error }[] }) => {
 *     if (event.eventType !== "onFinish") return
 *     if (event.result) resolve(event.result)
 *     else reject(event.errors?.[0]?.error ?? new Error("The cache could not be cleared"))
 *   }
 *   void engine.subscribe({ workflowId: invalidateCacheWorkflowId, transactionId, subscriber })
 * })
 * await invalidateCacheWorkflow(container).run({
 *   input: { entities: [{ type: "Product", ids }] },
 *   context: { transactionId },
 * })
 * const { state, pending, message } = await ended
 * ```
 *
 * A transaction id is carried out once within an hour: another `run` with it does nothing, or throws while the first is being
 * started. What was interrupted, because its process was killed, is run again under another id: the engine takes the first
 * one for under way. There is no compensation: a clear cannot be undone. It emits no events, which would make Medusa clear again.
 */
export const invalidateCacheWorkflow: typeof workflow = Object.assign((container?: Scope) => {
  const flow = workflow(container)
  const run = flow.run.bind(flow)
  const keep = (part: string) => keepPart(container, part)
  flow.run = async (options) =>
    run({ ...options, input: options?.input && (await splitInput(await packedInput(options.input), keep)) })
  return flow
}, workflow)
