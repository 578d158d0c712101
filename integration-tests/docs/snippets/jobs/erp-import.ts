// src/jobs/erp-import.ts
import type { IWorkflowEngineService, MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import {
  invalidateCacheWorkflow,
  invalidateCacheWorkflowId,
  type InvalidateCacheResult,
} from "medusa-plugin-memcached/workflows"
import { importFromErp } from "../lib/erp"

export const config = { name: "erp-import", schedule: "0 3 * * *" }

export default async function erpImport(container: MedusaContainer): Promise<void> {
  // Your own. It writes to the database past Medusa, whose events would have cleared the cache.
  const { importId, productIds } = await importFromErp(container)

  const transactionId = `erp-import-${importId}`
  const engine: IWorkflowEngineService = container.resolve(Modules.WORKFLOW_ENGINE)
  const ended = new Promise<InvalidateCacheResult>((resolve, reject) => {
    const subscriber = (event: { eventType: string; result?: InvalidateCacheResult; errors?: { error: Error }[] }) => {
      if (event.eventType !== "onFinish") return
      if (event.result) resolve(event.result)
      else reject(event.errors?.[0]?.error ?? new Error("The cache could not be cleared"))
    }
    void engine.subscribe({ workflowId: invalidateCacheWorkflowId, transactionId, subscriber })
  })
  await invalidateCacheWorkflow(container).run({
    input: { entities: [{ type: "Product", ids: productIds }], tags: ["Product:list:*"] },
    context: { transactionId },
  })
  const { state, message } = await ended
  const logger = container.resolve(ContainerRegistrationKeys.LOGGER)
  if (state === "done") logger.info(message)
  else logger.warn(message)
}
