import { setTimeout as delay } from "node:timers/promises"
import { eventually } from "../../../testing/eventually"

const QUIET_MS = 1_000
const PATIENCE_MS = 120_000

/** Until what is read stays as it is: Medusa awaits neither its stores nor the clears of its events. */
export async function untilUnchanged(read: () => unknown): Promise<void> {
  await eventually(
    async () => {
      const before = JSON.stringify(await read())
      await delay(QUIET_MS)
      return before === JSON.stringify(await read())
    },
    (isUnchanged) => isUnchanged,
    PATIENCE_MS
  )
}
