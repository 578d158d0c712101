import type { ExecArgs, IWorkflowEngineService } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import { createWorkflow, WorkflowResponse } from "@medusajs/framework/workflows-sdk"
import { emitEventStep, updateProductsWorkflow, updateProductsWorkflowId } from "@medusajs/medusa/core-flows"

const tellOfMenuWorkflow = createWorkflow("tell-of-menu", () => {
  emitEventStep({ eventName: "menu.updated", data: { id: "main" } })
  return new WorkflowResponse({})
})

type Change = (container: ExecArgs["container"], id: string, title: string) => Promise<unknown>

/** Each way in which the last line of a script may change something; `medusa exec` ends the process when it has. */
const CHANGES: Readonly<Record<string, Change>> = {
  workflow: (container, id, title) => updateProductsWorkflow(container).run({ input: { products: [{ id, title }] } }),
  engine: (container, id, title) => {
    const engine: IWorkflowEngineService = container.resolve(Modules.WORKFLOW_ENGINE)
    return engine.run(updateProductsWorkflowId, { input: { products: [{ id, title }] } }) as Promise<unknown>
  },
  module: (container, id, title) => container.resolve(Modules.PRODUCT).updateProducts(id, { title }),
  event: (container) => container.resolve(Modules.EVENT_BUS).emit({ name: "menu.updated", data: { id: "main" } }),
  "workflow-event": (container) => tellOfMenuWorkflow(container).run(),
}

export default async function change({ container, args: [way = "", id = "", title = ""] }: ExecArgs): Promise<void> {
  await CHANGES[way]?.(container, id, title)
}
