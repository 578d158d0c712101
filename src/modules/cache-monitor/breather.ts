import { setImmediate as nextTurn } from "node:timers/promises"

/** As long as a request may wait for another one's work without anybody noticing. */
const MAX_STRETCH_MS = 10

/** Lets long work in this process give others their turn. */
export class Breather {
  #since = performance.now()

  /** Between two steps of the work: waits for a turn of the event loop, when the last one was a while ago. */
  async pause(): Promise<void> {
    if (performance.now() - this.#since < MAX_STRETCH_MS) return
    await nextTurn()
    this.#since = performance.now()
  }
}
