import { setTimeout as delay } from "node:timers/promises"
import { inspect } from "node:util"

const POLL_MS = 20

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
