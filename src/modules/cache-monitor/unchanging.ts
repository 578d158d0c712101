import { setTimeout as delay } from "node:timers/promises"
import { MedusaModule } from "@medusajs/framework/modules-sdk"
import { CACHE_CHANGES } from "../cache-changes"

const POLL_MS = 20

/** Kubernetes kills a process 30 seconds after it was told to end. The caches have to be closed before that. */
const PATIENCE_MS = 20_000

/**
 * Resolves when nothing is being changed in this process. Medusa ends its modules while subscribers and jobs may have
 * transactions open, and waits for those afterwards: what they commit has to be cleared before the caches are closed.
 */
export async function untilUnchanging(): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (isChanging() && performance.now() < deadline) await delay(POLL_MS)
}

const isChanging = (): boolean =>
  MedusaModule.getLoadedModules().some((modules) => {
    const changes: unknown = modules[CACHE_CHANGES]
    return typeof changes === "object" && changes !== null && "isChanging" in changes && changes.isChanging === true
  })
