import type { Protocol } from "../src/cache/memcached/server-options"
import type { Command, ReplyStatus } from "../src/cache/memcached/server"

/** What memcached answers, before a connection puts its number on the unique. */
export interface Answer {
  readonly status: ReplyStatus
  readonly value?: Buffer
  readonly flags?: number
  readonly unique?: bigint
}

interface Item {
  value: Buffer
  flags: number
  unique: bigint
  /** Second of the server's clock from which on the item is gone; undefined: never. */
  goneAtSeconds: number | undefined
}

/** What a server had once. */
export interface Snapshot {
  readonly items: ReadonlyMap<string, Readonly<Item>>
  readonly lastUnique: bigint
}

export interface FakeMemcachedOptions {
  /** Wall clock of the machine, in milliseconds. */
  readonly now: () => number
  readonly itemSizeMaxBytes: number
  /** The protocol of those who talk to it. @default "meta" */
  readonly protocol?: Protocol
}

/** protocol.txt, "Expiration times": more than 30 days is a UNIX time. */
const RELATIVE_EXPIRATION_MAX_SECONDS = 60 * 60 * 24 * 30
/** sizeof(item) with a CAS unique, and the two bytes that end a value. */
const ITEM_OVERHEAD_BYTES = 48 + 8 + 2

/**
 * What memcached 1.6 does with the five commands that the engine sends, as far as anything above the client can see.
 * `integration-tests/simulation/__tests__/conformance.spec.ts` holds it against a real one, so that the simulation does not prove things about a
 * server that does not exist.
 */
export class FakeMemcached {
  /** Counts restarts. A connection belongs to one of them. */
  generation = 1
  readonly itemSizeMaxBytes: number

  private readonly now: () => number
  private readonly protocol: Protocol
  private items = new Map<string, Item>()
  private lastUnique = 0n

  constructor(options: FakeMemcachedOptions) {
    this.now = options.now
    this.protocol = options.protocol ?? "meta"
    this.itemSizeMaxBytes = options.itemSizeMaxBytes
  }

  /** Carries a command out. `unique` is what a compare-and-swap compares: the connection has been checked already. */
  execute(command: Command, unique?: bigint): Answer {
    const item = this.live(command.key)
    switch (command.op) {
      case "get":
        if (!item) return { status: "missing" }
        // As the client has it: what nobody wants to read does not arrive.
        if (item.value.length > (command.maxBytes ?? Infinity)) {
          return { status: "ok", value: Buffer.alloc(0), flags: 0, unique: item.unique }
        }
        return { status: "ok", value: Buffer.from(item.value), flags: item.flags, unique: item.unique }
      case "set":
        if (!this.fits(command.key, command.value)) return this.failedToAllocate(command, "too_large")
        if (unique !== undefined && !item) return { status: "missing" }
        if (unique !== undefined && item?.unique !== unique) return { status: "exists" }
        return this.store(command)
      case "add":
        if (!this.fits(command.key, command.value)) return this.failedToAllocate(command, "too_large")
        return item ? { status: "exists" } : this.store(command)
      case "append": {
        if (!this.fits(command.key, command.value)) return this.failedToAllocate(command, "too_large")
        if (!item) return { status: "not_stored" }
        const value = Buffer.concat([item.value, command.value])
        // The grown item is allocated anew; memcached reports that failure as "not stored" and keeps the old one.
        if (!this.fits(command.key, value)) return { status: "not_stored" }
        item.value = value
        item.unique = this.nextUnique()
        return { status: "ok", unique: item.unique }
      }
      case "delete":
        if (!item) return { status: "missing" }
        this.items.delete(command.key)
        return { status: "ok" }
    }
  }

  /** Out of memory. */
  refuse(command: Command): Answer {
    return this.failedToAllocate(command, "server_error")
  }

  /** Everything is lost and uniques start from one again. */
  restart(): void {
    this.generation += 1
    this.items = new Map()
    this.lastUnique = 0n
  }

  /** `flush_all`: everything is lost, but no connection, and uniques go on. */
  loseItems(): void {
    this.items = new Map()
  }

  /** Returns what is stored, to be put back later. */
  snapshot(): Snapshot {
    return { items: new Map([...this.items].map(([key, item]) => [key, { ...item }])), lastUnique: this.lastUnique }
  }

  /** Comes back as it was once, with another connection. */
  restore({ items, lastUnique }: Snapshot): void {
    this.generation += 1
    this.items = new Map([...items].map(([key, item]) => [key, { ...item }]))
    this.lastUnique = lastUnique
  }

  evict(key: string): void {
    this.items.delete(key)
  }

  /** The state of the head. */
  headUnique(): bigint | undefined {
    for (const [key, { unique }] of this.items) if (key.endsWith("~head")) return unique
    return undefined
  }

  keys(): string[] {
    return [...this.items.keys()]
  }

  /**
   * Drops the old value as well, "to avoid stale data persisting in cache because we failed alloc": for a set in
   * process_bin_update, and for all modes of "ms" in process_mset_command.
   */
  private failedToAllocate({ op, key }: Command, status: ReplyStatus): Answer {
    const isStore = op === "set" || (this.protocol === "meta" && (op === "add" || op === "append"))
    if (isStore) this.items.delete(key)
    return { status }
  }

  private store(command: { key: string; value: Buffer; flags: number; expiration: number }): Answer {
    const unique = this.nextUnique()
    this.items.set(command.key, {
      value: Buffer.from(command.value),
      flags: command.flags,
      unique,
      goneAtSeconds: this.goneAtSeconds(command.expiration),
    })
    return { status: "ok", unique }
  }

  private live(key: string): Item | undefined {
    const item = this.items.get(key)
    if (item?.goneAtSeconds !== undefined && item.goneAtSeconds <= this.clockSeconds()) {
      this.items.delete(key)
      return undefined
    }
    return item
  }

  private goneAtSeconds(expiration: number): number | undefined {
    if (expiration === 0) return undefined
    if (expiration < 0) return 0
    if (expiration <= RELATIVE_EXPIRATION_MAX_SECONDS) return this.clockSeconds() + expiration
    return expiration
  }

  private fits(key: string, value: Buffer): boolean {
    return ITEM_OVERHEAD_BYTES + Buffer.byteLength(key) + 1 + value.length <= this.itemSizeMaxBytes
  }

  private nextUnique(): bigint {
    this.lastUnique += 1n
    return this.lastUnique
  }

  private clockSeconds(): number {
    return Math.floor(this.now() / 1000)
  }
}
