import { entryOf } from "../../../src/api/admin/cache/presenters"
import { statsOf } from "../../../src/api/admin/cache/stats/figures"
import type { CacheProcess } from "../../../testing/cache-process"
import { checksumOf } from "../../../src/cache/support/checksum"
import type { AlgorithmName } from "../../../src/cache/codec/algorithm"
import { brotli } from "../../../src/cache/codec/brotli"
import { BEST_ALGORITHM } from "../../../src/cache/codec/compression"
import { encodeEntry, type EntryHeader, namesWithin, plainSection, type Section } from "../../../src/cache/codec/entry"
import { zstd } from "../../../src/cache/codec/zstd"
import { hashOfKey, hashOfTag } from "../../../src/cache/support/hash"
import { COMPRESSED, PLAIN } from "../../../testing/compression"
import type { Prng } from "../../../testing/prng"
import { EXTREMES, hostileJson } from "../mutations"
import { Accepted, assert, assertShowable, type Target } from "../target"
import { type DamagedItem, damagedItem, flipped, SeededWorld, type StoredItem } from "../worlds"

const HEAD = "medusa:~head"
const FOOTER_BYTES = 52
const CLEARED_TAG = "t3"

const keyOf = (name: string): string => name.slice("medusa:".length)

/** Entries through a lookup: of each size and kind, valid and cleared, under a head that has seen a clear. */
export async function entryTargets(): Promise<Target[]> {
  const world = new SeededWorld()
  const kinds = {
    plain: PLAIN.compression,
    compressed: COMPRESSED.compression,
  }
  const store = async (when: string): Promise<void> => {
    for (const [kind, compression] of Object.entries(kinds)) {
      const shop = world.process({ compression })
      for (const tags of [0, 1, 1_000]) {
        const names = Array.from({ length: tags }, (_, i) => `t${i}`)
        await shop.load(`${kind}-${tags}-${when}`, { title: "a shirt ".repeat(20) }, { tags: names, costMs: 20 })
      }
    }
  }
  await world.process().clear("other")
  await store("cleared")
  await world.process().clear(CLEARED_TAG)
  const clearedAt = new Map([[hashOfTag(CLEARED_TAG), 2]])
  await store("valid")
  const head = world.item(HEAD)
  const epoch = head.value.readUIntBE(2, 6)
  const items = world.items.filter(({ key }) => /:(plain|compressed)/.test(key))
  const forged = forgeries(epoch)

  /** Told from its bytes alone, by the rule of docs/architecture.md. */
  const isStale = ({ key, value }: StoredItem): boolean => {
    const footer = value.subarray(-FOOTER_BYTES)
    const count = footer.readUInt32BE(44)
    const version = footer.readUIntBE(6, 6)
    const hashes = Array.from({ length: count }, (_, i) =>
      value.readUIntBE(value.length - FOOTER_BYTES - (count - i) * 6, 6)
    )
    const isCleared = hashes.some((hash) => (clearedAt.get(hash) ?? 0) > version)
    return footer.readUIntBE(0, 6) !== epoch || hashes[0] !== hashOfKey(keyOf(key)) || isCleared
  }

  const isServed = async (shop: CacheProcess, world: SeededWorld, item: DamagedItem): Promise<boolean> => {
    world.put(item)
    const found = await world.answerTo(shop.get(keyOf(item.key)))
    if (found !== null && !item.forged) throw new Accepted("a damaged entry was served")
    if (found !== null && isStale(item)) throw new Accepted("a stale entry was served")
    return found !== null
  }

  const attack: Target<DamagedItem> = {
    name: "entry",
    weight: 16,
    generate: (chance) => (chance.chance(0.1) ? forged(chance) : damagedItem(chance, items, () => "")),
    check: async (item) => {
      const world = new SeededWorld([head])
      const shop = world.process()
      const served = await isServed(shop, world, item)
      const report = await world.answerTo(shop.cache.insight.inspector.inspect(keyOf(item.key)))
      if (!item.forged && report.state !== "unreadable") throw new Accepted(`shown as ${report.state}`)
      assert(report.preview.length <= 2_000, "the preview is longer than was asked for")
      assertShowable(entryOf(report, world.runtime.now()))
      if (!served) return
      // What it said of its tags goes into what is shared.
      await world.runtime.advance(6_000)
      assertShowable(
        statsOf("1h", "memcached", await world.answerTo(world.process().cache.insight.timeSeries.read("1h")))
      )
    },
  }

  return [
    attack,
    ...items
      .filter(({ key }) => key.endsWith("valid"))
      .map((item): Target<DamagedItem> => {
        const world = new SeededWorld([head])
        const shop = world.process()
        return {
          name: `bits of entry ${keyOf(item.key).replace("-valid", " tags")}`,
          weight: 0,
          inputs: item.value.length * 8,
          generate: (_, bit) => flipped(item, bit),
          check: async (damaged) => void (await isServed(shop, world, damaged)),
        }
      }),
  ]
}

/** Fast, since it is done for each input. Brotli's bytes for what this Node.js lacks: they are read as damaged. */
const foldedOf = (json: string, algorithm: AlgorithmName): Buffer =>
  ((algorithm === "zstd" && zstd) || brotli).compressSync(Buffer.from(json), 1)

/** What no damage leads to: entries that hold together, with any numbers, and such that cost more than they look like. */
function forgeries(epoch: number): (chance: Prng) => DamagedItem {
  const key = "forged"
  const section = (json: string, rawBytes = json.length, algorithm = BEST_ALGORITHM): Section => ({
    bytes: foldedOf(json, algorithm),
    rawBytes,
    algorithm,
  })
  const forged = (
    payload: Section,
    names: Section,
    header: Partial<EntryHeader> = {},
    hashes = [hashOfKey(key), 1]
  ) => {
    const unknown = { epoch, version: 9, autoInvalidate: true, expiresAtMs: 0, storedAtMs: 0, costMicros: 0 }
    const value = encodeEntry({ ...unknown, ...header }, payload, names, hashes)
    return { key: `medusa:${key}`, value, flags: checksumOf(value), forged: true }
  }
  const one = plainSection(Buffer.from("1"))
  const none = namesWithin(0)
  const tooMuch = " ".repeat(16 * 1024 * 1024)
  const names = (count: number): string => `[${'"",'.repeat(count)}""]`
  const bombs = [
    forged(section(tooMuch), none),
    forged(section(tooMuch, 1_000), none),
    forged(section(tooMuch, 1_000), namesWithin(1_000)),
    forged(section(`[${"{},".repeat(300_000)}1]`), none),
    forged(section("[".repeat(500_000) + "]".repeat(500_000)), none),
    forged(section(`1${names(100_000)}`), namesWithin(names(100_000).length)),
    forged(section(`1${names(2_000_000)}`), namesWithin(names(2_000_000).length)),
    forged(one, section(names(5_000_000))),
    forged(one, section(tooMuch, 8)),
  ]
  return (chance) => {
    if (chance.chance(0.1)) return chance.pick(bombs)
    const number = (): number => chance.pick([epoch, 9, ...EXTREMES])
    const any = (value: unknown): Section => {
      const json = hostileJson(chance, value)
      const rawBytes = chance.pick([chance.below(100), 1_000])
      const algorithm = chance.pick(["brotli", "zstd", "none"] as const)
      return algorithm === "none"
        ? { ...plainSection(Buffer.from(json)), rawBytes }
        : section(json, rawBytes, algorithm)
    }
    const header = { epoch: number(), version: number(), expiresAtMs: number(), storedAtMs: number() }
    const hashes = chance.some([hashOfKey(key), hashOfTag(CLEARED_TAG), ...EXTREMES], chance.pick([0, 0.5, 0.9]))
    const payload = any({ a: [1, "x", null] })
    const isWithin = payload.algorithm && chance.chance(0.9)
    const names = isWithin ? namesWithin(chance.pick([0, chance.below(100), 0xffff_ffff])) : any(["t1", "t2"])
    return forged(payload, names, { ...header, costMicros: number() }, hashes)
  }
}
