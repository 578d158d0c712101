import { setTimeout as delay } from "node:timers/promises"
import type { Trial } from "./trial"
import { priceReadersOf } from "./readers"
import type { World } from "./world"

interface Created {
  readonly id: string
}

const LEAD_MS = 8_000

/** Clocks are those of one machine, but a request takes its time. */
const MARGIN_MS = 300

/** Creates a list with a very low price that begins soon, and ends as soon after that. Returns its id and both times. */
async function createShortSale({ post, catalogue }: World): Promise<{ id: string; begins: number; ends: number }> {
  const [begins, ends] = [Date.now() + LEAD_MS, Date.now() + 3 * LEAD_MS]
  const { price_list: list } = await post<{ price_list: Created }>("/price-lists", {
    ...{ title: "Happy hour", description: "For an hour", status: "active", type: "sale" },
    starts_at: new Date(begins).toISOString(),
    ends_at: new Date(ends).toISOString(),
    prices: [{ amount: 0.5, currency_code: "eur", variant_id: catalogue.products[1]?.variantId }],
  })
  return { id: list.id, begins, ends }
}

const until = (timeMs: number): Promise<void> => delay(Math.max(0, timeMs + MARGIN_MS - Date.now()))

/** Nobody changes anything, and prices are others. */
export function describeMoments({ world, oracle }: Trial): void {
  it("a price list begins and ends", async () => {
    const readers = priceReadersOf(world())
    const { id, begins, ends } = await createShortSale(world())
    await oracle().warm(readers)
    const before = await oracle().differences(readers)
    expect(Date.now()).toBeLessThan(begins)
    await until(begins)
    const during = await oracle().differences(readers)
    expect(Date.now()).toBeLessThan(ends)
    await until(ends)
    const after = await oracle().differences(readers)
    await world().remove(`/price-lists/${id}`)
    expect({ before, during, after }).toEqual({ before: [], during: [], after: [] })
  })
}
