import { ask, askAll } from "./ask"
import { type Hash, hashOfKey, hashOfTag } from "./hash"
import {
  canBeNamed,
  idOf,
  type IndexedEntry,
  IndexShard,
  linesAbout,
  type ShardLines,
  shardOf,
  shardOfId,
  SHARDS,
  valueOf,
} from "./index-shard"
import type { KeySpace } from "./keys"
import type { Cluster } from "./memcached/cluster"
import type { Command, Reply } from "./memcached/server"
import { RecentMap } from "./recent-map"
import { nextTurn, type Runtime, type Timer } from "./runtime"

export interface IndexOptions {
  /** Whether there is an index. Without it `get({ tags })` finds nothing; clears do not need it. */
  readonly enabled: boolean
  /** How long a shard lives, counted from its first line, in seconds. At most 30 days. */
  readonly retentionSeconds: number
  /** The size of all shards beyond which only the newest keys are kept, in bytes. */
  readonly maxBytes: number
}

/** The time during which sets are collected and written together. */
const FLUSH_DELAY_MS = 50

/** The number of tags in one write. Other work gets its turn between two writes. */
const SLICE_TAGS = 2_000

/** The most tags of entries that wait. An entry stored beyond that is not indexed. */
const MAX_WAITING_TAGS = 50_000

/** The number of entries that are remembered as indexed, so that storing one again costs nothing. */
const MAX_KNOWN_ENTRIES = 50_000

/** A shard may be added, or expire, between two attempts. */
const MAX_ATTEMPTS = 3

/**
 * The most that is read of a shard, as a multiple of its size. Every process may append half a shard before it rewrites
 * it.
 */
const READABLE_SHARDS = 8

/** Fewer dead keys are cheaper to find again than a shard is to rewrite. */
const MIN_SWEPT_KEYS = 8

/** What is known to be in the index. */
interface Known {
  /** Of the tags. */
  readonly checksum: number
  readonly writtenAt: number
}

/**
 * Maps tags to keys, for `get({ tags })` and the inspector, which may both be incomplete. It is written in the
 * background, and validity never depends on it. There are 64 shards, since an item for each tag would take twice the
 * memory of a product list with its thousand tags. A shard is rewritten when this process has added much to it, or when a
 * reader finds many dead keys.
 */
export class TagIndex {
  readonly #keys: KeySpace
  readonly #runtime: Runtime
  readonly #cluster: Cluster
  readonly #options: IndexOptions
  #waiting: IndexedEntry[] = []
  #waitingTags = 0
  /** Entries on their way to Memcached. Readers include them, because Memcached may not have them yet. */
  #underway: readonly IndexedEntry[] = []
  readonly #known = new RecentMap<Hash, Known>(MAX_KNOWN_ENTRIES)
  /** What this process has appended to each shard since it was rewritten. */
  readonly #appendedBytes = new Map<number, number>()
  #timer: Timer | undefined
  #writing: Promise<void> | undefined

  constructor(keys: KeySpace, runtime: Runtime, cluster: Cluster, options: IndexOptions) {
    this.#keys = keys
    this.#runtime = runtime
    this.#cluster = cluster
    this.#options = options
    // The server may have returned without its shards.
    cluster.onStateChange((_, state) => state === "ready" && this.#forgetWritten())
  }

  /** Notes an entry that has been stored, with hashes of its key and its tags. Sends no request now. */
  note(entry: IndexedEntry): void {
    const { key, hashes } = entry
    const [keyHash = 0] = hashes
    if (!this.#options.enabled || !canBeNamed(key) || this.#waitingTags >= MAX_WAITING_TAGS) return
    const now = this.#runtime.elapsed()
    const checksum = hashes.reduce((sum, hash) => sum ^ hash, hashes.length)
    const known = this.#known.get(keyHash)
    // A shard expires as a whole, so each entry is written again after half of that time.
    const isRecent = known !== undefined && now - known.writtenAt < this.#options.retentionSeconds * 500
    if (isRecent && known.checksum === checksum) return
    this.#known.set(keyHash, { checksum, writtenAt: now })
    this.#waiting.push(entry)
    this.#waitingTags += hashes.length
    this.#timer ??= this.#runtime.schedule(FLUSH_DELAY_MS, () => this.#startWriting())
  }

  /** Returns keys that may carry one of the tags, each once. */
  async keysOf(tags: readonly string[]): Promise<string[]> {
    const lists = await this.#listsOf(tags)
    return [...new Set([...lists.values()].flat())]
  }

  /**
   * Returns, for each tag, the keys that may carry it, each once. Tags whose keys cannot all be read are left out.
   * Resolves with undefined when the index is off, or no tag could be read.
   */
  async listsOf(tags: readonly string[]): Promise<Map<string, string[]> | undefined> {
    if (!this.#options.enabled) return undefined
    const lists = await this.#listsOf(tags, true)
    return lists.size === 0 && tags.length > 0 ? undefined : lists
  }

  async #listsOf(tags: readonly string[], onlyWhole = false): Promise<Map<string, string[]>> {
    const unwritten = this.#unwrittenOf(tags)
    const shards = new Map<number, Promise<IndexShard | undefined>>()
    const read = (shard: number): Promise<IndexShard | undefined> => {
      const reading = shards.get(shard) ?? this.#read(shard).then(shardOfReply)
      shards.set(shard, reading)
      return reading
    }
    const lists = new Map<string, string[]>()
    await Promise.all(
      [...unwritten].map(async ([tag, keys]) => {
        const hash = hashOfTag(tag)
        const own = await read(shardOf(hash))
        const ids = [...(own?.idsWith(hash) ?? [])]
        const naming = await Promise.all(ids.map((id) => read(shardOfId(id))))
        if (onlyWhole && (!own || naming.includes(undefined))) return
        ids.forEach((id, i) => {
          const key = naming[i]?.keyOf(id)
          if (key !== undefined) keys.add(key)
        })
        lists.set(tag, [...keys])
      })
    )
    return lists
  }

  /** Returns, for each tag, the keys that Memcached may not know yet. */
  #unwrittenOf(tags: readonly string[]): Map<string, Set<string>> {
    const keys = new Map(tags.map((tag) => [tag, new Set<string>()]))
    const wanted = new Map([...keys].map(([tag, found]) => [hashOfTag(tag), found]))
    for (const { key, hashes } of [...this.#underway, ...this.#waiting]) {
      for (let i = 1; i < hashes.length; i++) wanted.get(hashes[i] ?? 0)?.add(key)
    }
    return keys
  }

  /** Reads a shard. One that is too large to be the plugin's own reads as empty, and the next rewrite replaces it. */
  #read(shard: number): Promise<Reply> {
    return ask(this.#cluster, {
      op: "get",
      key: this.#keys.index(shard),
      maxBytes: READABLE_SHARDS * this.#maxBytesOf(shard),
    })
  }

  /** Removes dead keys from the shards of tags, if there are enough of them. */
  async sweep(tags: readonly string[], dead: readonly string[]): Promise<void> {
    if (dead.length < MIN_SWEPT_KEYS) return
    const hashes = dead.map(hashOfKey)
    for (const hash of hashes) this.#known.delete(hash)
    const ids = new Set(hashes.map(idOf))
    const shards = new Set(tags.map((tag) => shardOf(hashOfTag(tag))))
    await Promise.all([...shards].map((shard) => this.#rewrite(shard, ids)))
  }

  /** Stops, and waits for a write that is under way. */
  async close(): Promise<void> {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#waiting = []
    await this.#writing
  }

  #forgetWritten(): void {
    this.#known.clear()
    this.#appendedBytes.clear()
  }

  #forget(all: readonly ShardLines[]): void {
    for (const { keys } of all) for (const key of keys) this.#known.delete(key)
  }

  #startWriting(): void {
    this.#timer = undefined
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined))
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      this.#underway = this.#takeSlice()
      await this.#append(linesAbout(this.#underway))
      this.#underway = []
      await nextTurn(this.#runtime)
    }
  }

  #takeSlice(): IndexedEntry[] {
    let count = 0
    let tags = 0
    while (count < this.#waiting.length && tags < SLICE_TAGS) tags += this.#waiting[count++]?.hashes.length ?? 0
    this.#waitingTags -= tags
    return this.#waiting.splice(0, count)
  }

  /**
   * Appends to the shards that this process has written to, adds the others, and does the opposite where that is refused.
   * What fails is tried again when the entry is stored again.
   */
  async #append(all: readonly ShardLines[]): Promise<void> {
    const isAway = ({ shard }: ShardLines): boolean => this.#cluster.serverOf(this.#keys.index(shard)).state === "down"
    this.#forget(all.filter(isAway))
    const reachable = all.filter((lines) => !isAway(lines))
    const full = new Set<number>()
    let due = reachable.map((lines) => ({ lines, isNew: !this.#appendedBytes.has(lines.shard) }))
    for (let attempt = 0; attempt < MAX_ATTEMPTS && due.length > 0; attempt++) {
      const replies = await askAll(
        this.#cluster,
        due.map(({ lines, isNew }) => this.#addition(lines, isNew))
      )
      due.forEach(({ lines }, i) => replies[i]?.status === "too_large" && full.add(lines.shard))
      const wasRefused = (i: number): boolean => replies[i]?.status === (due[i]?.isNew ? "exists" : "not_stored")
      this.#forget(due.filter((_, i) => replies[i]?.status !== "ok" && !wasRefused(i)).map(({ lines }) => lines))
      due = due.filter((_, i) => wasRefused(i)).map(({ lines, isNew }) => ({ lines, isNew: !isNew }))
    }
    this.#forget(due.map(({ lines }) => lines))
    for (const lines of reachable) if (this.#countAppended(lines)) full.add(lines.shard)
    await Promise.all([...full].map((shard) => this.#rewrite(shard)))
  }

  /**
   * Returns whether the shard may have to be rewritten. Its size is unknown without reading it, but what this process has
   * appended is a good guess.
   */
  #countAppended({ shard, lines }: ShardLines): boolean {
    const added = (this.#appendedBytes.get(shard) ?? 0) + valueOf(lines).length
    const isFull = added > this.#maxBytesOf(shard) / 2
    this.#appendedBytes.set(shard, isFull ? 0 : added)
    return isFull
  }

  /** The size of a shard beyond which it is rewritten. */
  #maxBytesOf(shard: number): number {
    const { itemSizeMaxBytes } = this.#cluster.serverOf(this.#keys.index(shard))
    return Math.floor(Math.min(this.#options.maxBytes / SHARDS, itemSizeMaxBytes / 2))
  }

  #addition({ shard, lines }: ShardLines, isNew: boolean): Command {
    const item = { key: this.#keys.index(shard), value: valueOf(lines) }
    return isNew
      ? { op: "add", ...item, flags: 0, expiration: this.#options.retentionSeconds }
      : { op: "append", ...item }
  }

  /**
   * Rewrites a shard: each line once, only the newest when there are too many, and none of these ids. If somebody appends
   * in the meantime, the swap fails and the shard waits for the next time.
   */
  async #rewrite(shard: number, dead: ReadonlySet<string> = new Set()): Promise<void> {
    const reply = await this.#read(shard)
    if (!reply.cas) return
    const before = new IndexShard(reply.value)
    const maxBytes = this.#maxBytesOf(shard)
    const lines = before.newest(maxBytes / 2, (id) => dead.has(id))
    const isWorthIt = dead.size > 0 || lines.length <= before.lineCount / 2
    if (!isWorthIt && (reply.value?.length ?? 0) <= maxBytes) return
    const item = { key: this.#keys.index(shard), value: valueOf(lines), flags: 0 }
    await ask(this.#cluster, { op: "set", ...item, expiration: this.#options.retentionSeconds, cas: reply.cas })
  }
}

/** Returns undefined for a shard whose server has not answered. */
const shardOfReply = ({ status, value }: Reply): IndexShard | undefined =>
  status === "ok" || status === "missing" ? new IndexShard(value) : undefined
