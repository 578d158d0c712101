import type { MedusaContainer } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import loadMedusa from "@medusajs/medusa/loaders/index"
import express from "express"
import { countersIn } from "./counters"
import type { WorkerAnswer, WorkerOrder } from "./medusa-worker"
import { readProducts } from "./product-reader"
import { countProviderCalls, type ProviderCalls } from "./provider-calls"

/** Medusa in worker mode: the whole application, without HTTP. Carries out what its parent sends. */
async function main(): Promise<void> {
  const { container } = await loadMedusa({ directory: process.cwd(), expressApp: express() })
  const calls = countProviderCalls(container, "caching-memcached")
  process.on("message", (order: WorkerOrder) => {
    void carryOut(container, calls, order).then((value) => answer({ id: order.id, value }))
  })
  process.on("disconnect", () => process.exit(0))
  answer({ id: 0, value: "ready" })
}

async function carryOut(container: MedusaContainer, calls: ProviderCalls, order: WorkerOrder): Promise<unknown> {
  switch (order.op) {
    case "read":
      return readProducts(container, order.take)
    case "clear":
      return container.resolve(Modules.CACHING).clear({ tags: order.tags })
    case "counters":
      return countersIn(container)
    case "calls":
      return calls
  }
}

const answer = (message: WorkerAnswer): void => void process.send?.(message)

void main()
