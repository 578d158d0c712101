import { setTimeout as delay } from "node:timers/promises"
import { compare } from "./comparison"
import { countStale } from "./editions"
import type { Observations } from "./observations"
import type { ShopClient } from "./shop-client"

const MAX_PAUSE_MS = 200

/** Reads one list after the other, with pauses in between, until told to stop. */
export async function visit(
  client: ShopClient,
  pickPage: () => string,
  random: () => number,
  observations: Observations
): Promise<void> {
  while (!observations.signal.aborted) {
    await readList(client, pickPage(), observations)
    await delay(random() * MAX_PAUSE_MS)
  }
}

export async function readList(client: ShopClient, path: string, observations: Observations): Promise<void> {
  const { tally, editions, signal } = observations
  const atLeast = editions.snapshot()
  const { moment } = editions
  try {
    const answer = await client.list(path)
    tally.addAnswer(answer, countStale(answer.products, atLeast))
    if (answer.isHit) await compare(client, path, observations, { moment, body: answer.body })
  } catch (error) {
    // A request that was under way when the demo was ended says nothing about the store.
    if (!signal.aborted) {
      tally.addFailure(error)
    }
  }
}
