import type { IWorkflowEngineService, MedusaContainer } from "@medusajs/framework/types"
import { Modules } from "@medusajs/framework/utils"
import { updateProductsWorkflow } from "@medusajs/medusa/core-flows"
import { CACHE_MONITOR } from "../../../src/modules/cache-monitor"
import type { CacheMonitorService } from "../../../src/modules/cache-monitor/service"
import {
  type InvalidateCacheInput,
  type InvalidateCacheResult,
  invalidateCacheWorkflow,
  invalidateCacheWorkflowId,
} from "../../../src/workflows"
import { ShopCache } from "../admin-cache/shop-cache"
import { countEvents } from "../bulk-invalidation/event-count"
import { LoopWatch } from "../bulk-invalidation/loop-watch"
import { productIds } from "../bulk-invalidation/product-ids"
import { countersIn } from "./counters"
import { readProducts } from "./product-reader"
import { countProviderCalls } from "./provider-calls"

/** Names targets by their number, so that a hundred thousand of them need not be sent to the process. */
export interface ProcessInvalidation extends Omit<InvalidateCacheInput, "entities"> {
  readonly transactionId: string
  /** How many products. */
  readonly products?: number
}

/** What its parent can ask of a Medusa process. */
export function processOperations(container: MedusaContainer) {
  const calls = countProviderCalls(container, "caching-memcached")
  const events = countEvents(container)
  const cache = new ShopCache(container)
  const invalidations = container.resolve<CacheMonitorService>(CACHE_MONITOR).invalidations
  const ended = new Map<string, Promise<InvalidateCacheResult>>()
  let watch: LoopWatch | undefined
  return {
    read: (take: number) => readProducts(container, take),
    /** As a job does it. */
    rename: async (id: string, title: string): Promise<void> => {
      await updateProductsWorkflow(container).run({ input: { products: [{ id, title }] } })
    },
    clear: (tags: string[]) => container.resolve(Modules.CACHING).clear({ tags }),
    /** For how long processors have worked for it. */
    cpuMs: () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1000
    },
    /** What the plugin has counted here. */
    counters: () => countersIn(container),
    calls: () => calls,
    events: () => events.seen,
    store: (key: string, tags: string[]) => cache.store({ key, tags }),
    has: (key: string) => cache.has(key),
    invalidation: (id: string) => invalidations.find(id),
    /** Returns when the work has begun. */
    invalidate: async ({ transactionId, products, ...targets }: ProcessInvalidation): Promise<void> => {
      if (!ended.has(transactionId)) ended.set(transactionId, resultOf(container, transactionId))
      const entities = products === undefined ? {} : { entities: [{ type: "Product", ids: productIds(products) }] }
      await invalidateCacheWorkflow(container).run({ input: { ...targets, ...entities }, context: { transactionId } })
    },
    result: (transactionId: string) => ended.get(transactionId),
    watchLoop: () => {
      watch = new LoopWatch()
    },
    loop: () => watch?.stop(),
  }
}

interface WorkflowEvent {
  readonly eventType: string
  readonly result?: InvalidateCacheResult
  readonly errors?: readonly { readonly error: Error }[]
}

function resultOf(container: MedusaContainer, transactionId: string): Promise<InvalidateCacheResult> {
  const engine: IWorkflowEngineService = container.resolve(Modules.WORKFLOW_ENGINE)
  return new Promise((resolve, reject) => {
    const subscriber = ({ eventType, result, errors }: WorkflowEvent): void => {
      if (eventType !== "onFinish") return
      if (result) resolve(result)
      else reject(errors?.[0]?.error ?? new Error("It has ended without a result"))
    }
    void engine.subscribe({ workflowId: invalidateCacheWorkflowId, transactionId, subscriber })
  })
}
