import { setTimeout as delay } from "node:timers/promises"
import { Mismatch } from "./report"

const POLL_MS = 250

/** Asks again and again until the answer is right. What it throws meanwhile, a server that is not up yet, is an answer too. */
export async function eventually<T>(
  expected: string,
  ask: () => Promise<T>,
  isRight: (answer: T) => boolean,
  timeoutMs: number
): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    let seen: unknown
    try {
      const answer = await ask()
      if (isRight(answer)) return answer
      seen = answer
    } catch (error) {
      seen = error instanceof Error ? error.message : error
    }
    if (Date.now() > deadline) throw new Mismatch(`${expected}, within ${timeoutMs / 1000} s`, seen)
    await delay(POLL_MS)
  }
}
