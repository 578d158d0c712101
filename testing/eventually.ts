import { setTimeout as delay } from "node:timers/promises"
import { inspect } from "node:util"

/** From one look to the next: a tenth of the time that has been waited for, within these limits, since a look costs something. */
const POLL_MIN_MS = 20
const POLL_MAX_MS = 250
const POLL_SHARE = 0.1
const SHORT_POLL_MS = 5

/** Polls until the predicate holds, and returns the value for which it did. Fails with the last value otherwise. */
export async function eventually<T>(
  read: () => Promise<T> | T,
  holds: (value: T) => boolean,
  timeoutMs: number
): Promise<T> {
  const startedAt = performance.now()
  for (;;) {
    const value = await read()
    if (holds(value)) return value
    const waitedMs = performance.now() - startedAt
    if (waitedMs > timeoutMs) {
      throw new Error(`Not within ${timeoutMs} ms; the last value was ${inspect(value).slice(0, 500)}`)
    }
    await delay(Math.min(Math.max(waitedMs * POLL_SHARE, POLL_MIN_MS), POLL_MAX_MS))
  }
}

/** Far beyond what anything takes that this is used for, on a busy machine. */
const PATIENCE_MS = 10_000

/** Resolves when the condition holds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}`)
    await delay(SHORT_POLL_MS)
  }
}
