import { isDeepStrictEqual } from "node:util"
import { clearLineOf, tagOf } from "../../../src/api/admin/cache/presenters"
import { statsOf } from "../../../src/api/admin/cache/stats/figures"
import { tagFilter, tagOrder } from "../../../src/api/admin/cache/tags/tag-list"
import type { Cache } from "../../../src/cache"
import { checksumOf } from "../../../src/cache/support/checksum"
import { linesAbout, shardOf as indexShardOf, valueOf } from "../../../src/cache/tag-index/index-shard"
import { JsonItems } from "../../../src/cache/insight/json-items"
import { hashOfKey, hashOfTag } from "../../../src/cache/support/hash"
import { shardOf } from "../../../src/cache/insight/tag-directory"
import type { Prng } from "../../../testing/prng"
import { hostileJson } from "../mutations"
import { Accepted, assert, assertShowable, type Target } from "../target"
import { type DamagedItem, damagedItem, flipped, SeededWorld, type StoredItem } from "../worlds"

const TAG = "Product:prod_1"
/** Of an entry without the tag. */
const OTHER_KEY = "other"

/** What people are shown of each kind of item. */
const SHOWN: Readonly<Record<string, { item: RegExp; show: (cache: Cache, nowMs: number) => Promise<unknown> }>> = {
  "statistics bucket": {
    item: /~stats:60:/,
    show: async (cache) => statsOf("1h", "memcached", await cache.insight.timeSeries.read("1h")),
  },
  "tag shard": {
    item: new RegExp(`~tags:${shardOf(hashOfTag(TAG))}$`),
    show: async (cache) => {
      const { tags, complete, truncated } = await cache.insight.tags.list()
      const shown = tags.filter(tagFilter({ q: "o" })).sort(tagOrder("-hits"))
      return [shown.map((tag) => tagOf(tag, 0)), await cache.insight.tags.find(TAG), complete, truncated]
    },
  },
  "clear history": {
    item: /~clears/,
    show: async (cache) => (await cache.insight.clears.recent()).clears.map((line) => clearLineOf(line)),
  },
}

interface Attack {
  readonly item: DamagedItem
  /** Also goes on and writes what it has to tell itself. */
  readonly flushes: boolean
}

/** JSON that processes share: what is damaged is as good as gone, and what is forged can be shown. */
export async function sharedItemTargets(): Promise<Target[]> {
  const stored = new SeededWorld()
  const shop = stored.process()
  await use(shop)
  await stored.runtime.advance(6_000)
  const all = stored.items
  const targets: Target[] = []
  for (const [name, { item: pattern, show }] of Object.entries(SHOWN)) {
    const items = all.filter(({ key }) => pattern.test(key))
    const shownIn = async (world: SeededWorld, flushes = false): Promise<unknown> => {
      const shop = world.process()
      const shown = await world.answerTo(show(shop.cache, world.runtime.now()))
      if (flushes) {
        await use(shop)
        await world.runtime.advance(6_000)
        assertShowable(await world.answerTo(show(world.process().cache, world.runtime.now())))
      }
      return shown
    }
    const without = new Map<string, unknown>()
    for (const { key } of items) {
      without.set(key, await shownIn(new SeededWorld(all.filter((item) => item.key !== key))))
    }
    const check = async ({ item, flushes }: Attack): Promise<void> => {
      const world = new SeededWorld(all.filter(({ key }) => key !== item.key))
      world.put(item)
      const shown = await shownIn(world, flushes)
      if (item.forged) assertShowable(shown)
      else if (!isDeepStrictEqual(shown, without.get(item.key))) throw new Accepted("something of it was shown")
    }
    const attack: Target<Attack> = {
      name,
      weight: 6,
      generate: (chance) => ({
        item: chance.chance(0.7) ? forgedJson(chance, items) : damagedItem(chance, items, (key) => key),
        flushes: chance.chance(0.3),
      }),
      check,
    }
    targets.push(attack, ...items.map((item) => ({ ...attack, ...bitsOf(item) })))
  }
  return [...targets, jsonItemTarget(all.filter(({ key }) => key.includes("~clears"))), indexTarget(all)]
}

async function use(shop: ReturnType<SeededWorld["process"]>): Promise<void> {
  await shop.load("k", { a: 1 }, { tags: [TAG, "Product:list:*"] })
  await shop.load(OTHER_KEY, { b: 2 }, { tags: ["Collection:pcol_1"] })
  await shop.get("k")
  await shop.cache.clear({ tags: ["Region:reg_1"], keys: ["x"] }, { origin: "admin", actorId: "user_1" })
  await shop.get("k")
}

const bitsOf = (item: StoredItem): Omit<Target<Attack>, "check"> => ({
  name: `bits of ${item.key.replace("medusa:", "")}`,
  weight: 0,
  inputs: item.value.length * 8,
  generate: (_, bit) => ({ item: flipped(item, bit), flushes: false }),
})

function forgedJson(chance: Prng, items: readonly StoredItem[]): DamagedItem {
  const { key, value } = chance.pick(items)
  const bytes = Buffer.from(hostileJson(chance, JSON.parse(value.toString())))
  return { key, value: bytes, flags: checksumOf(bytes, key), forged: true }
}

function jsonItemTarget(items: readonly StoredItem[]): Target<Attack> {
  return {
    name: "JSON items",
    weight: 12,
    generate: (chance) => ({
      item: chance.chance(0.5) ? forgedJson(chance, items) : damagedItem(chance, items, (key) => key),
      flushes: true,
    }),
    check: async ({ item }) => {
      const world = new SeededWorld([item])
      const { server } = world.process()
      const json = new JsonItems(server, world.runtime)
      const reading = await world.answerTo(json.read(item.key))
      assert(reading.status === "ok", `a stored item reads as ${reading.status}`)
      if (!item.forged && "value" in reading && reading.value !== undefined) throw new Accepted("its value was read")
      const updated = await world.answerTo(json.update(item.key, () => ({ mine: 1 }), 60))
      assert(updated.status === "written", `it cannot be replaced: ${updated.status}`)
    },
  }
}

/** Has no checksum, since it is appended to: it may only ever lead to entries that carry the tag. */
function indexTarget(all: readonly StoredItem[]): Target<DamagedItem> {
  const items = all.filter(({ key }) => key.startsWith("medusa:~index:"))
  return {
    name: "tag index",
    weight: 6,
    generate: (chance) => {
      const item = { ...damagedItem(chance, items, () => ""), flags: 0 }
      if (chance.chance(0.9)) return item
      const count = chance.pick([1, 100, FORGED_LINES.length])
      return {
        ...item,
        key: `medusa:~index:${indexShardOf(hashOfTag(TAG))}`,
        value: valueOf(FORGED_LINES.slice(0, count)),
      }
    },
    check: async (item) => {
      const world = new SeededWorld([...all, item])
      const shop = world.process()
      const found = await world.answerTo(shop.cache.get({ tags: [TAG] }))
      const known = Array.isArray(found) && found.every((data) => isDeepStrictEqual(data, { a: 1 }))
      if (!known) throw new Accepted("what has no such tag was found")
      await world.answerTo(
        Promise.all([shop.cache.insight.tags.keysOf([TAG]), shop.cache.insight.entries.ofEach([TAG])])
      )
    },
  }
}

/** Lines that name keys which do not have the tag, one of them that of an entry. */
const FORGED_LINES = [OTHER_KEY, ...Array.from({ length: 40_000 }, (_, i) => `k${i}`)].map((key) =>
  linesAbout([{ key, isAnswer: false, hashes: [hashOfKey(key), hashOfTag(TAG)] }])
    .filter(({ shard }) => shard === indexShardOf(hashOfTag(TAG)))
    .flatMap(({ lines }) => lines)
    .filter((line) => !line.includes("="))
    .join("")
)
