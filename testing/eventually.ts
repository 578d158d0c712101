import { setTimeout as delay } from "node:timers/promises"
import { inspect } from "node:util"

const POLL_MS = 20
const SHORT_POLL_MS = 5

/** Polls until the predicate holds, and returns the value for which it did. Fails with the last value otherwise. */
export async function eventually<T>(
  read: () => Promise<T> | T,
  holds: (value: T) => boolean,
  timeoutMs: number
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const value = await read()
    if (holds(value)) return value
    if (Date.now() > deadline) {
      throw new Error(`Not within ${timeoutMs} ms; the last value was ${inspect(value).slice(0, 500)}`)
    }
    await delay(POLL_MS)
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
