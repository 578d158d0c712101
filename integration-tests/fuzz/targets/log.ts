import { Accepted, assert, type Target } from "../target"
import { type DamagedItem, damagedItem, flipped, SeededWorld, type StoredItem } from "../worlds"

const HEAD = "medusa:~head"
const MAX_VIEW_TAGS = 100_000

const isLogItem = ({ key }: StoredItem): boolean => /~(head|log:|rec:)/.test(key)

/** Heads and records. What hangs on each: an entry that it voids, and one that is valid under it. */
export async function logTargets(): Promise<Target[]> {
  const world = new SeededWorld()
  const shop = world.process()
  await shop.load("spilled", "stale", { tags: ["spilled"] })
  await shop.load("big", "stale", { tags: ["big"] })
  await shop.load("inline", "stale", { tags: ["inline"] })
  const stale = ["spilled", "big", "inline"].map((key) => world.item(`medusa:${key}`))
  const bornHead = world.item(HEAD)
  await shop.clear("spilled")
  await shop.clear(...Array.from({ length: 20 }, (_, i) => (i === 7 ? "big" : `big-${i}`)))
  for (let i = 0; i < 7; i++) await shop.clear(`inline-${i}`)
  await shop.clear("inline")
  await shop.load("fresh", "fresh", { tags: ["t"] })
  const fresh = world.item("medusa:fresh")
  const logItems = world.items.filter(isLogItem)
  const intact = [...logItems, fresh, ...stale]

  const look = async (item: DamagedItem, knowsHead: boolean): Promise<SeededWorld> => {
    const world = new SeededWorld(intact)
    const shop = world.process()
    if (knowsHead) assert((await world.answerTo(shop.get("fresh"))) === "fresh", "what is valid was not served")
    world.put(item)
    for (const { key } of stale) {
      const found = await world.answerTo(shop.get(key.slice("medusa:".length)))
      // Of a forged log only who has seen the right one can tell.
      if (found !== null && (knowsHead || !item.forged)) throw new Accepted(`a cleared entry was served: ${key}`)
    }
    if (item.key === HEAD && !item.forged && (await world.answerTo(shop.get("fresh"))) !== null) {
      throw new Accepted("an entry was served by a damaged head")
    }
    return world
  }

  const attack: Target<DamagedItem> = {
    name: "head and records",
    weight: 12,
    generate: (chance) => damagedItem(chance, logItems, (key) => key),
    check: async (item) => {
      await look(item, true)
      const world = await look(item, false)
      const shop = world.process()
      await world.answerTo(shop.get("fresh"))
      assert(shop.cache.logStatus().tagCount <= MAX_VIEW_TAGS, "the tag versions have outgrown its limit")
      const { status } = await world.answerTo(shop.clear("t"))
      const served = await world.answerTo(shop.get("fresh"))
      if (status === "applied" && served !== null) throw new Accepted("an entry was served after its clear")
      // The log goes on, whatever stood in it.
      await world.answerTo(shop.load("fresh", "new", { tags: ["t"] }))
      const again = await world.answerTo(shop.get("fresh"))
      assert(again === "new", `after a clear (${status}), what was stored is not served`)
    },
  }

  return [
    attack,
    ...[bornHead, ...logItems].map((item): Target<DamagedItem> => ({
      name: `bits of ${item.key.replace("medusa:", "")} of ${item.value.length} bytes`,
      weight: 0,
      inputs: item.value.length * 8,
      generate: (_, bit) => flipped(item, bit),
      check: async (damaged) => void (await look(damaged, false)),
    })),
  ]
}
