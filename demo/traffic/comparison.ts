import type { Observations } from "./observations"
import type { ShopClient } from "./shop-client"

/** How often both are asked again before they count as different. */
const ATTEMPTS = 3

/**
 * Compares an answer from the cache with what its route answers, byte for byte. `moment` is from before the request. With
 * an edit in between nobody knows which of both is right. When they differ both are asked again, since somebody may be
 * editing in the dashboard.
 */
export async function compare(
  client: ShopClient,
  path: string,
  { tally, editions }: Observations,
  first: { moment: number; body: string }
): Promise<void> {
  let { moment, body } = first
  for (let attempt = 1; ; attempt++) {
    const { body: computed } = await client.list(path, { isBypassing: true })
    if (!editions.isQuietSince(moment)) return
    if (body === computed) break
    if (attempt === ATTEMPTS) {
      tally.differences++
      tally.lastDifference = path
      break
    }
    moment = editions.moment
    body = (await client.list(path)).body
  }
  tally.compared++
}
