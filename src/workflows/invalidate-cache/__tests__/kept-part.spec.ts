import type { MedusaContainer, WorkflowExecutionDTO } from "@medusajs/framework/types"
import { createMedusaContainer, Modules } from "@medusajs/framework/utils"
import { asValue } from "@medusajs/framework/awilix"
import { findPart } from "../kept-part"

const containerWith = (executions: Partial<WorkflowExecutionDTO>[]): MedusaContainer => {
  const container = createMedusaContainer()
  container.register(Modules.WORKFLOW_ENGINE, asValue({ listWorkflowExecutions: () => Promise.resolve(executions) }))
  return container
}

describe("a part of the targets in the workflow engine's database", () => {
  it("is found as the engine stores it", async () => {
    expect(await findPart(containerWith([{ context: { data: { payload: { part: "abc" } } } }]), "tx")).toBe("abc")
  })

  it.each([[[]], [[{ context: null }]], [[{ context: { data: { payload: { part: 7 } } } }]]])(
    "is missed by name when the engine has %j",
    async (executions) => {
      await expect(findPart(containerWith(executions), "tx")).rejects.toMatchObject({
        type: "not_found",
        message: /^The part of the targets with the transaction id tx /,
      })
    }
  )
})
