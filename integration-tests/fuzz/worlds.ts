import { CacheProcess, CacheWorld } from "../../testing/cache-process"
import { ManualRuntime } from "../../testing/manual-runtime"
import { checksumOf } from "../../src/cache/support/checksum"
import type { CacheOptions } from "../../src/cache"
import { Prng } from "../../testing/prng"
import { damaged } from "./mutations"
import { Unanswered } from "./target"

export interface StoredItem {
  readonly key: string
  readonly value: Buffer
  readonly flags: number
}

export interface DamagedItem extends StoredItem {
  /** Written by somebody who knows how the checksum is made. */
  readonly forged: boolean
}

class SeededRuntime extends ManualRuntime {
  readonly #chance: Prng

  constructor(seed: number) {
    super()
    this.#chance = new Prng(seed)
  }

  override randomId(sizeBytes: number): Buffer {
    return this.#chance.bytes(sizeBytes)
  }
}

/** The same items in each run, so that a seed is enough to replay an input. */
export class SeededWorld extends CacheWorld {
  override readonly runtime: ManualRuntime

  constructor(items: readonly StoredItem[] = []) {
    super()
    // A log that is born anew is another one than that which the items are of.
    this.runtime = new SeededRuntime(items.length)
    for (const item of items) this.put(item)
  }

  put({ key, value, flags }: StoredItem): void {
    const { status } = this.memcached.execute({ op: "set", key, value, flags, expiration: 0 })
    if (status !== "ok") throw new Error(`${key} cannot be stored: ${status}`)
  }

  item(key: string): StoredItem {
    const { value, flags } = this.memcached.execute({ op: "get", key })
    if (!value || flags === undefined) throw new Error(`${key} is not stored`)
    return { key, value, flags }
  }

  get items(): StoredItem[] {
    return this.memcached.keys().map((key) => this.item(key))
  }

  /** With everything that it tells others switched on. */
  process(options: Partial<CacheOptions> = {}): CacheProcess {
    return new CacheProcess(this, { statistics: { flushIntervalMs: 5_000 }, ...options })
  }

  /** What a promise is settled with, after time-outs if need be. */
  async answerTo<T>(promise: Promise<T>): Promise<T> {
    let isPending = (): boolean => true
    const settle = (): void => void (isPending = () => false)
    promise.then(settle, settle)
    for (let turn = 0; turn < 50 && isPending(); turn++) await new Promise((resolve) => setImmediate(resolve))
    // zlib's threads take their time.
    for (let wait = 0; wait < 400 && isPending(); wait++) {
      if (wait === 2) await this.runtime.advance(10_000)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    if (isPending()) throw new Unanswered("nothing came of a call")
    return promise
  }
}

/** One of the items as it should not be. `name` is what the checksum covers besides the value. */
export function damagedItem(chance: Prng, items: readonly StoredItem[], name: (key: string) => string): DamagedItem {
  const item = chance.pick(items)
  const value = damaged(chance, item.value, chance.pick(items).value)
  const forged = chance.chance(0.7)
  return { key: item.key, value, forged, flags: forged ? checksumOf(value, name(item.key)) : item.flags }
}

/** The item with one bit flipped, and its checksum as it was. */
export function flipped(item: StoredItem, bit: number): DamagedItem {
  const value = Buffer.from(item.value)
  value[bit >> 3] = (value[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return { ...item, value, forged: false }
}
