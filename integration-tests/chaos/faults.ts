import { setTimeout as delay } from "node:timers/promises"
import { DependableServer } from "../../src/cache"
import { itemNames } from "../../testing/item-names"
import type { MemcachedProcess } from "../../testing/memcached"

const FAULTS = ["freeze", "long freeze", "kill", "lose head", "lose records"] as const
type Fault = (typeof FAULTS)[number]

/** More versions than a run reaches. */
const RECORDS_TO_LOSE = 400

/**
 * Makes trouble on one server at a time until it is told to stop, in turn and at random moments. Returns how often each kind
 * happened.
 */
export async function makeTrouble(
  servers: readonly MemcachedProcess[],
  prefix: string,
  ended: () => boolean
): Promise<string> {
  const counts = new Map<Fault, number>()
  const victims = servers.map((server) => ({ server, saboteur: new DependableServer(server) }))
  for (let i = 0; !ended(); i++) {
    await delay(300 + Math.random() * 700)
    const fault = FAULTS[i % FAULTS.length] ?? "kill"
    const victim = victims[Math.floor(Math.random() * victims.length)]
    if (!victim) break
    counts.set(fault, (counts.get(fault) ?? 0) + 1)
    await cause(fault, victim.server, victim.saboteur, prefix)
  }
  await Promise.all(victims.map(({ saboteur }) => saboteur.close()))
  return [...counts].map(([fault, count]) => `${count} × ${fault}`).join(", ")
}

async function cause(
  fault: Fault,
  server: MemcachedProcess,
  saboteur: DependableServer,
  prefix: string
): Promise<void> {
  switch (fault) {
    case "freeze":
    case "long freeze":
      server.freeze()
      await delay(fault === "freeze" ? 100 + Math.random() * 900 : 3500 + Math.random() * 1500)
      server.thaw()
      return
    case "kill":
      await server.kill()
      await delay(Math.random() * 800)
      await server.restart()
      return
    case "lose head":
      await remove(saboteur, `${prefix}:~head`)
      return
    case "lose records": {
      // Their names hold the epoch, which only the head knows; so everything that a dump names is looked through.
      const names = (await itemNames(server)).filter(
        (name) => name.startsWith(`${prefix}:~log:`) || name.startsWith(`${prefix}:~rec:`)
      )
      await Promise.all(names.slice(-RECORDS_TO_LOSE).map((name) => remove(saboteur, name)))
    }
  }
}

const remove = (saboteur: DependableServer, key: string): Promise<void> =>
  new Promise((resolve) => saboteur.submit({ op: "delete", key }, () => resolve()))
