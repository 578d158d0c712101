import { smallEntry } from "../catalogue"
import { SeededRandom } from "../random"
import type { BenchCase, Cache } from "./bench-case"
import { expectGone, expectStored } from "./expectation"
import { load } from "./load"

const PRODUCTS = 50
const ENTRIES = 20
const ENTRY_BYTES = 2_000

/** The rows that are created with one product, by type: 52 events. */
const ROWS_PER_PRODUCT: Readonly<Record<string, number>> = {
  Product: 1,
  ProductTag: 1,
  ProductSalesChannel: 1,
  ProductOption: 2,
  ProductImage: 3,
  ProductVariant: 6,
  InventoryItem: 6,
  PriceSet: 6,
  ProductVariantPriceSet: 6,
  ProductOptionValue: 8,
  Price: 12,
}

type ClearInput = Parameters<Cache["clear"]>[0]

/** What an import of 50 products sends: a clear for each row that was created, of which hardly any matches an entry. */
export function flood({ name, title, goal }: { name: string; title: string; goal: number }): BenchCase {
  const affected = Array.from({ length: ENTRIES }, (_, i) => {
    const { data, tags } = smallEntry(i, ENTRY_BYTES)
    return { data, tags: ["Product:list:*", ...tags] }
  })
  const bystander = smallEntry(ENTRIES, ENTRY_BYTES)
  let events: ClearInput[] = []
  return {
    name,
    title,
    operations: 1,
    goal,
    needsNoTags: false,
    hasBackground: true,
    async prepare(cache, round) {
      events = eventsOf(round)
      for (const [i, sample] of affected.entries()) await load(cache, `${name}-${round}-${i}`, sample)
      await load(cache, `${name}-bystander-${round}`, bystander)
    },
    async run(cache) {
      await Promise.all(events.map((event) => cache.clear(event)))
    },
    async verify(cache, round) {
      for (const i of affected.keys()) await expectGone(cache, `${name}-${round}-${i}`)
      await expectStored(cache, `${name}-bystander-${round}`, bystander)
    },
  }
}

function eventsOf(round: number): ClearInput[] {
  const random = new SeededRandom(round)
  return Array.from({ length: PRODUCTS }, () =>
    Object.entries(ROWS_PER_PRODUCT).flatMap(([type, count]) =>
      Array.from({ length: count }, () => ({
        tags: [`${type}:list:*`, `${type}:${random.ulid(type.slice(0, 5).toLowerCase())}`],
        options: { autoInvalidate: true },
      }))
    )
  ).flat()
}
