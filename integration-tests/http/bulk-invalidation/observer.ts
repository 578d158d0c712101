import { setTimeout as delay } from "node:timers/promises"
import type { Invalidation } from "../../../src/modules/cache-monitor/invalidation"

const POLL_MS = 50
const GIVE_UP_MS = 300_000

/** Follows an invalidation that another process works on, by what the database says of it. */
export class Observer {
  readonly #find: (id: string) => Promise<Invalidation | undefined>

  constructor(find: (id: string) => Promise<Invalidation | undefined>) {
    this.#find = find
  }

  /** Each state that was seen, until one is that is waited for. */
  async until(id: string, reached: (run: Invalidation) => boolean): Promise<Invalidation[]> {
    const seen: Invalidation[] = []
    const deadline = Date.now() + GIVE_UP_MS
    for (;;) {
      const run = await this.#find(id)
      if (run) seen.push(run)
      if (run && reached(run)) return seen
      if (Date.now() > deadline) {
        throw new Error(`It has not come to that; the last state: ${JSON.stringify(seen.at(-1))}`)
      }
      await delay(POLL_MS)
    }
  }
}

export const hasEnded = ({ state }: Invalidation): boolean => state !== "running"

export const isMonotonic = (counts: readonly number[]): boolean =>
  counts.every((count, i) => count >= (counts[i - 1] ?? 0))
