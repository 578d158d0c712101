import type { IWorkflowEngineService, MedusaContainer } from "@medusajs/framework/types"
import { MedusaError, Modules } from "@medusajs/framework/utils"
import {
  createStep,
  createWorkflow,
  StepResponse,
  type WorkflowData,
  WorkflowResponse,
} from "@medusajs/framework/workflows-sdk"

interface KeptPart {
  readonly part: string
}

export const keepPartWorkflowId = "memcached-keep-part"

/** A run may wait for a worker, or be run again by the engine after a crash. In seconds: a day. */
const RETENTION_SECONDS = 24 * 60 * 60

/** Engines keep the input of what has ended, and nothing else of it is wanted. */
const keepPartStep = createStep("memcached-keep-part", () => Promise.resolve(new StepResponse(undefined)))

/** A row in the engine's database, which every process that may carry out a run can read. */
const keepPartWorkflow = createWorkflow(
  { name: keepPartWorkflowId, retentionTime: RETENTION_SECONDS },
  (_input: WorkflowData<KeptPart>) => new WorkflowResponse(keepPartStep())
)

export type Scope = Parameters<typeof keepPartWorkflow>[0]

/** Returns the id by which it is found. */
export async function keepPart(scope: Scope, part: string): Promise<string> {
  const { transaction } = await keepPartWorkflow(scope).run({ input: { part } })
  return transaction.transactionId
}

/** Throws NOT_FOUND when it is not kept any more. */
export async function findPart(container: MedusaContainer, id: string): Promise<string> {
  const engine: IWorkflowEngineService = container.resolve(Modules.WORKFLOW_ENGINE)
  const [execution] = await engine.listWorkflowExecutions(
    { workflow_id: keepPartWorkflowId, transaction_id: id },
    { select: ["context"], take: 1 }
  )
  const input: unknown = (execution?.context as EngineContext | undefined)?.data?.payload
  if (isKeptPart(input)) return input.part
  throw new MedusaError(
    MedusaError.Types.NOT_FOUND,
    `The part of the targets with the transaction id ${id} is no longer in the workflow engine's database. ` +
      "Run the invalidation again under another id."
  )
}

/** As the engine stores it. */
interface EngineContext {
  readonly data?: { readonly payload?: unknown }
}

const isKeptPart = (input: unknown): input is KeptPart =>
  typeof input === "object" && input !== null && "part" in input && typeof input.part === "string"
