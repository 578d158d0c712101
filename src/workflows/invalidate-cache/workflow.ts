import { MedusaError } from "@medusajs/framework/utils"
import {
  StepResponse,
  type WorkflowData,
  WorkflowResponse,
  createStep,
  createWorkflow,
} from "@medusajs/framework/workflows-sdk"
import { sentenceOf } from "../../modules/cache-monitor/clear-targets"
import { nameInRun } from "../../modules/cache-monitor/invalidation"
import { carryOut, newInvalidation } from "./carry-out"
import { chooseCache, monitorOf } from "./chosen-cache"
import { SHORT_NAME } from "./input"
import { type Scope, keepPart } from "./kept-part"
import { packedInput } from "./packed-input"
import { type EngineInput, splitInput } from "./split-input"
import { wholeInput } from "./whole-input"

export const invalidateCacheWorkflowId = "memcached-invalidate-cache"

/** How long the engine knows a transaction id that has been used, in seconds. It keeps the input as long. */
const RETENTION_SECONDS = 3600

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
const clearTargetsStep = createStep(
  { name: "memcached-clear-targets", async: true },
  async ({ request, providerId }: ClearTargetsInput, { container, transactionId = "" }) => {
    const wanted = newInvalidation(transactionId, providerId, request)
    const read = () => wholeInput(request, container)
    return new StepResponse(await carryOut(chooseCache(container, providerId), wanted, read))
  }
)

/**
 * Refuses what cannot be carried out, while the caller still waits, and makes the invalidation visible. Answers which cache
 * was chosen, so that the other step, perhaps in another process, takes the same. With too many under way it waits for its
 * place, before the targets are read.
 */
const acceptInvalidationStep = createStep(
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
