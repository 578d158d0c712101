import type { IWorkflowEngineService, MedusaContainer } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import { createStep, createWorkflow, type WorkflowData, WorkflowResponse } from "@medusajs/framework/workflows-sdk"

let whileDone: () => Promise<void> = () => Promise.resolve()

const refuse = async (): Promise<never> => {
  await whileDone()
  throw new Error("Refused")
}

/** Everything before it is done and committed, and is undone after it. */
const refuseStep = createStep("refuse", refuse)
const refuseLaterStep = createStep({ name: "refuse-later", async: true }, refuse)

/** Changes something, calls `look`, and takes it back. Resolves when it is taken back. */
export type Refused<Input> = (container: MedusaContainer, input: Input, look: () => Promise<void>) => Promise<void>

/** A workflow of a shop's own that makes a change, and then fails. */
export function refusedWorkflow<Input>(name: string, change: (input: WorkflowData<Input>) => void): Refused<Input> {
  const workflow = createWorkflow(name, (input: WorkflowData<Input>) => {
    change(input)
    refuseStep()
    return new WorkflowResponse({})
  })
  return async (container, input, look) => {
    whileDone = look
    const { errors } = await workflow(container).run({ input, throwOnError: false })
    expect(errors.map(({ error }: { error: Error }) => error.message)).toContain("Refused")
  }
}

/** One that fails when whoever has started it has gone on long since. */
export function laterRefusedWorkflow<Input>(
  name: string,
  change: (input: WorkflowData<Input>) => void
): Refused<Input> {
  const workflow = createWorkflow(name, (input: WorkflowData<Input>) => {
    change(input)
    refuseLaterStep()
    return new WorkflowResponse({})
  })
  let runs = 0
  return async (container, input, look) => {
    whileDone = look
    const transactionId = `${name}-${++runs}`
    const engine: IWorkflowEngineService = container.resolve(Modules.WORKFLOW_ENGINE)
    const ended = new Promise<void>((resolve) => {
      const subscriber = ({ eventType }: { eventType: string }): void => {
        if (eventType === "onFinish") resolve()
      }
      void engine.subscribe({ workflowId: name, transactionId, subscriber })
    })
    await workflow(container).run({ input, context: { transactionId } })
    await ended
  }
}
