import { setTimeout as delay } from "node:timers/promises"

/** Waits, and resolves to false at once when the signal says that the traffic is to end. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return delay(milliseconds, true, { signal }).catch(() => false)
}
