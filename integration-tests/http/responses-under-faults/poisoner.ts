import { askAll } from "../../../src/cache/support/ask"
import { checksumOf } from "../../../src/cache/support/checksum"
import { Entry } from "../../../src/cache/codec/entry"
import { DependableServer } from "../../../src/cache/memcached/dependable-server"
import { itemNames } from "../../../testing/item-names"
import type { MemcachedProcess } from "../../../testing/memcached"
import { Prng } from "../../../testing/prng"

interface Item {
  readonly name: string
  readonly value: Buffer
  readonly flags: number
}

/** A stored response, and what else there is to put in its place. */
interface Victim {
  readonly item: Item
  /** That of another request. */
  readonly other: Item
  /** The same one from an earlier round, of before some edits. */
  readonly earlier: Item | undefined
}

/** What becomes of stored responses: the items that are written. */
type Damage = (victim: Victim, prng: Prng) => readonly Item[]

const TIMEOUT_MS = 2_000

/** With the checksum that bytes need to be looked at. */
const forged = ({ name }: Item, value: Buffer): Item => ({ name, value, flags: checksumOf(value) })

/** Without its last bytes, at least one of them. */
const beginningOf = ({ value }: Item, prng: Prng): Buffer => value.subarray(0, prng.below(value.length))

const DAMAGES: Readonly<Record<string, Damage>> = {
  garbage: ({ item }, prng) => [forged(item, prng.bytes(prng.between(0, 4_000)))],
  "garbage for its end": ({ item }, prng) => {
    const kept = beginningOf(item, prng)
    return [forged(item, Buffer.concat([kept, prng.bytes(item.value.length - kept.length)]))]
  },
  truncated: ({ item }, prng) => [forged(item, beginningOf(item, prng))],
  "truncated, with the checksum of the whole": ({ item }, prng) => [{ ...item, value: beginningOf(item, prng) }],
  "without its beginning": ({ item }, prng) => [forged(item, item.value.subarray(prng.between(1, item.value.length)))],
  "flipped bits": ({ item }, prng) => {
    const value = Buffer.from(item.value)
    const at = prng.below(value.length)
    value.writeUInt8(value.readUInt8(at) ^ prng.between(1, 255), at)
    return [{ ...item, value }]
  },
  "that of another request": ({ item, other }) => [{ ...other, name: item.name }],
  "put back": ({ earlier }) => (earlier ? [earlier] : []),
}

/** Overwrites stored responses, as a program that has lost its way or bad memory does. */
export class Poisoner {
  /** How often each was done. */
  readonly done: Record<string, number> = Object.fromEntries(Object.keys(DAMAGES).map((name) => [name, 0]))
  readonly #memcached: MemcachedProcess
  readonly #server: DependableServer
  readonly #prng = new Prng(29)
  #earlier = new Map<string, Item>()

  constructor(memcached: MemcachedProcess) {
    this.#memcached = memcached
    this.#server = new DependableServer({ host: memcached.host, port: memcached.port, timeoutMs: TIMEOUT_MS })
  }

  /** Damages most of the responses that are stored now, each in a way of its own. */
  async poison(): Promise<void> {
    const items = await this.#responses()
    const written = items.flatMap((item) => {
      const victim = { item, other: this.#prng.pick(items), earlier: this.#earlier.get(item.name) }
      const [kind, damage] = this.#prng.pick(Object.entries(DAMAGES))
      return damage(victim, this.#prng).map((damaged) => ({ kind, ...damaged }))
    })
    this.#earlier = new Map([...this.#earlier, ...items.map((item) => [item.name, item] as const)])
    const replies = await askAll(
      this.#server,
      written.map(({ name: key, value, flags }) => ({ op: "set", key, value, flags, expiration: 0 }))
    )
    written.forEach(({ kind }, i) => {
      if (replies[i]?.status === "ok") this.done[kind] = (this.done[kind] ?? 0) + 1
    })
  }

  close(): Promise<void> {
    return this.#server.close()
  }

  async #responses(): Promise<readonly Item[]> {
    const names = await itemNames(this.#memcached)
    const replies = await askAll(
      this.#server,
      names.map((key) => ({ op: "get", key }))
    )
    return names.flatMap((name, i) => {
      const { value, flags = 0 } = replies[i] ?? {}
      return value && Entry.decode(value)?.isAnswer ? [{ name, value, flags }] : []
    })
  }
}
