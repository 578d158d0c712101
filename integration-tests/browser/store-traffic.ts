import { setTimeout as delay } from "node:timers/promises"
import type { StoreClient } from "./store-client"

const EDIT_EVERY_MS = 20_000
/** Nobody visits for a while in the middle: the chart has a gap there. */
const QUIET_MS = 75_000

/** Visitors who come and go, and somebody who edits a product now and then, and once clears everything. */
export async function driveTraffic(shop: StoreClient, durationMs: number): Promise<void> {
  const startedMs = Date.now()
  const products = await shop.listProducts()
  let editedMs = startedMs
  let visits = 0
  let hasCleared = false
  for (;;) {
    const elapsedMs = Date.now() - startedMs
    if (elapsedMs > durationMs) {
      return
    }
    if (Math.abs(elapsedMs - durationMs * 0.35) < QUIET_MS / 2) {
      await delay(1_000)
      continue
    }
    if (!hasCleared && elapsedMs > durationMs * 0.7) {
      hasCleared = true
      await shop.clearEverything()
    }
    await shop.listProducts(6 + (visits++ % 9))
    // More of them and fewer, in waves of some minutes.
    await delay(60 + 50 * Math.sin(elapsedMs / 45_000))
    const product = products[visits % products.length]
    if (Date.now() - editedMs > EDIT_EVERY_MS && product !== undefined) {
      editedMs = Date.now()
      await shop.rename(product.id, product.title)
    }
  }
}
