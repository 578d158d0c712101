import { setTimeout as delay } from "node:timers/promises"
import { type MemcachedService, startMemcached } from "../../tools/services/memcached"
import { splitAddress } from "../instructions"
import type { Observations } from "./observations"
import { pause } from "./pause"

const EVERY_MS = 15_000
const DOWN_MS = 3_000

/** Kills the demo's memcached again and again and starts another one, empty, in its place. */
export async function causeOutages(memcached: MemcachedService, { tally, signal }: Observations): Promise<void> {
  let { child } = memcached
  if (child === undefined) {
    throw new Error("Only a memcached that the demo has started can be killed")
  }
  const [, port] = splitAddress(memcached.servers)
  while (await pause(EVERY_MS, signal)) {
    process.kill(child.pid, "SIGKILL")
    await child.ended
    tally.outages++
    await delay(DOWN_MS)
    child = (await startMemcached({ port })).child ?? child
  }
}
