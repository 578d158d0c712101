import { randomUUID } from "node:crypto"
import type { Logger, MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import {
  StepResponse,
  type WorkflowData,
  WorkflowResponse,
  createStep,
  createWorkflow,
} from "@medusajs/framework/workflows-sdk"
import { carryOut, Interruption } from "../../modules/cache-monitor/carry-out"
import { accept, acceptChecked } from "./accept"
import type { InvalidateCacheInput } from "./input"

export const invalidateCacheWorkflowId = "memcached-invalidate-cache"
export const clearTargetsStepId = "memcached-clear-targets"

/** How long the engine shows a run that has ended, in seconds. */
const RETENTION_SECONDS = 3600

/**
 * Clears the targets in the background. When this process is interrupted, the engine gets no result and waits for the one of
 * the worker that goes on. The targets are in the database, not in the step's input: engines store whatever goes
 * through their steps as JSON, several times, and answer nobody meanwhile. There is no compensation: what was cleared
 * cannot be put back, and need not be, since the next lookup loads it again.
 */
const clearTargetsStep = createStep(
  { name: clearTargetsStepId, async: true },
  async (_: undefined, { container, transactionId = "" }) => {
    try {
      return new StepResponse(await carryOut(container, transactionId))
    } catch (error) {
      if (!(error instanceof Interruption)) throw error
      container
        .resolve<Logger>(ContainerRegistrationKeys.LOGGER)
        .warn(
          `medusa-plugin-memcached: the invalidation ${transactionId} was interrupted. A worker goes on with it within two minutes. ${error.message}`
        )
      return undefined
    }
  }
)

/**
 * Accepts input that has not passed `run` below: when a shop's own workflow runs this one as a step, or Medusa's route
 * runs it by name.
 */
const acceptInvalidationStep = createStep(
  "memcached-accept-invalidation",
  async (input: InvalidateCacheInput, { container, transactionId = "" }) => {
    await accept(container, transactionId, input)
    return new StepResponse()
  }
)

const workflow = createWorkflow(
  { name: invalidateCacheWorkflowId, retentionTime: RETENTION_SECONDS },
  (input: WorkflowData<InvalidateCacheInput>) => {
    acceptInvalidationStep(input)
    return new WorkflowResponse(clearTargetsStep())
  }
)

/**
 * Clears up to 100,000 targets in the background, with progress.
 *
 * - `run` checks the input and returns while the work continues. It throws a `MedusaError` when the input is wrong, no
 *   cache runs in this process, or the shop has not run `medusa db:migrate`.
 * - A process carries out two runs at a time. With sixteen under way, `run` waits until one of them has ended.
 * - The transaction's id, of 200 characters at most and without a colon, is the invalidation's id at `GET /admin/cache/invalidation?id=`.
 *
 * To wait for the end, subscribe before it starts:
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
 * - A transaction id is carried out once within an hour. Another `run` with it clears nothing, or throws while the
 *   first is being started.
 * - A run that is interrupted, because its process was ended or the database failed, continues by itself in a worker,
 *   with the remaining targets.
 * - There is no compensation, because a clear cannot be undone.
 * - It emits no events, which would make Medusa clear again.
 */
export const invalidateCacheWorkflow: typeof workflow = Object.assign((container?: Scope) => {
  const flow = workflow(container)
  const run = flow.run.bind(flow)
  flow.run = async (options) => {
    if (!isContainer(container)) return run(options)
    const transactionId = options?.context?.transactionId ?? randomUUID()
    await accept(container, transactionId, options?.input)
    return run({ ...options, input: {}, context: { ...options?.context, transactionId } })
  }
  return flow
}, workflow)

/** Starts an invalidation for a route that has checked the input and taken a place for it. */
export async function startInvalidation(
  scope: MedusaContainer,
  transactionId: string,
  input: InvalidateCacheInput
): Promise<void> {
  await acceptChecked(scope, transactionId, () => input)
  await workflow(scope).run({ input: {}, context: { transactionId } })
}

type Scope = Parameters<typeof workflow>[0]

const isContainer = (scope: Scope): scope is MedusaContainer => scope !== undefined && "resolve" in scope
