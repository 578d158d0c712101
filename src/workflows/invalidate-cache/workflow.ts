import { randomUUID } from "node:crypto"
import type { MedusaContainer } from "@medusajs/framework/types"
import {
  StepResponse,
  type WorkflowData,
  WorkflowResponse,
  createStep,
  createWorkflow,
} from "@medusajs/framework/workflows-sdk"
import { carryOut } from "../../modules/cache-monitor/carry-out"
import { accept, acceptChecked } from "./accept"
import type { InvalidateCacheInput } from "./input"

export const invalidateCacheWorkflowId = "memcached-invalidate-cache"
export const clearTargetsStepId = "memcached-clear-targets"

/** How long the engine shows a run that has ended, in seconds. */
const RETENTION_SECONDS = 3600

/**
 * Clears in the background, with the targets that are in the database: engines store what goes through their steps as JSON,
 * several times, and answer nobody meanwhile. Without a compensation: what was cleared cannot be put back, and needs not,
 * since the next lookup loads it again.
 */
const clearTargetsStep = createStep(
  { name: clearTargetsStepId, async: true },
  async (_: undefined, { container, transactionId = "" }) => new StepResponse(await carryOut(container, transactionId))
)

/**
 * Accepts what has not passed `run` below: a shop's own workflow runs this one as a step, Medusa's route by its name.
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
 * Clears up to 100,000 targets in the background, with progress. `run` checks the input, returns while the work goes on, and
 * throws a `MedusaError` when the input is wrong, no cache runs in this process, or the shop has not run `medusa db:migrate`.
 * A process carries out two at a time; with sixteen under way, `run` waits until one of them has ended. The transaction's id,
 * of 200 characters at most, is the invalidation's at `GET /admin/cache/invalidation?id=`. To wait for the end, subscribe
 * before it starts:
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
 * A transaction id is carried out once within an hour: another `run` with it clears nothing, or throws while the first is
 * being started. What was interrupted, because its process was killed, goes on by itself in a worker, with what is left.
 * There is no compensation: a clear cannot be undone. It emits no events, which would make Medusa clear again.
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

/** For a route that has checked the input, and has a place for it. */
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
