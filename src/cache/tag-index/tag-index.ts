import { ask, askAll } from "../support/ask"
import { type Hash, hashOfKey, hashOfTag } from "../support/hash"
import {
  canBeNamed,
  idOf,
  type IndexedEntry,
  IndexShard,
  linesAbout,
  type ShardLines,
  shardOf,
  SHARDS,
  valueOf,
} from "./index-shard"
import type { KeySpace } from "../keys"
import type { Cluster } from "../memcached/cluster"
import type { Command, Reply } from "../memcached/server"
import { RecentMap } from "../support/recent-map"
import { nextTurn, type Runtime, type Timer } from "../support/runtime"
import { type FoundKeys, groupOf, groupsOf, lastOfEach, type TagGroup, TagSearch } from "./tag-search"

export interface IndexOptions {
  /** Whether there is an index. Without it `get({ tags })` finds nothing; clears do not need it. */
  readonly enabled: boolean
  /** How long a shard lives after it was begun or rewritten, in seconds. At most 30 days. */
  readonly retentionSeconds: number
  /** The size of all shards beyond which only the newest lines are kept, in bytes. */
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

/**
 * The time after which an entry is written again when it is stored, in milliseconds: a shard may have been evicted, or
 * another process may have cut the entry's lines off.
 */
const WRITTEN_AGAIN_MS = 60 * 60 * 1000

/** The most keys that a lookup by tags is given. */
const MAX_LOOKED_UP_KEYS = 2_000

/** A shard may be added, or expire, between two attempts. */
const MAX_ATTEMPTS = 3

/**
 * The most that is read of a shard, as a multiple of its size. Every process may append half a shard before it rewrites
 * it.
 */
const READABLE_SHARDS = 8

/** Fewer dead keys are cheaper to find again than a shard is to rewrite. */
const MIN_SWEPT_KEYS = 8

/** Lines on their way to a shard. */
interface Addition {
  readonly shard: number
  readonly value: Buffer
  /** Whether the shard is to be begun with them. */
  readonly isNew: boolean
}

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
  #isSweeping = false

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
    const { hashes } = entry
    const [keyHash = 0] = hashes
    if (!this.#options.enabled || !canBeNamed(entry) || this.#waitingTags >= MAX_WAITING_TAGS) return
    const now = this.#runtime.elapsed()
    const checksum = hashes.reduce((sum, hash) => sum ^ hash, hashes.length)
    const known = this.#known.get(keyHash)
    const againMs = Math.min(WRITTEN_AGAIN_MS, this.#options.retentionSeconds * 500)
    if (known?.checksum === checksum && now - known.writtenAt < againMs) return
    this.#known.set(keyHash, { checksum, writtenAt: now })
    this.#waiting.push(entry)
    this.#waitingTags += hashes.length
    this.#timer ??= this.#runtime.schedule(FLUSH_DELAY_MS, () => this.#startWriting())
  }

  /** Returns keys that may carry one of the tags, each once. */
  async keysOf(tags: readonly string[]): Promise<string[]> {
    const found = await this.#search(groupsOf(tags))
    return [...new Set(found.flatMap(({ keys }) => keys.map(({ key }) => key)))]
  }

  /**
   * Returns keys of JSON that may carry one of the tags, each once and at most 2,000: the newest of each shard, the newest
   * first. Returns what it has as soon as nobody waits for it any more.
   */
  async jsonKeysOf(tags: readonly string[], isOver: () => boolean): Promise<string[]> {
    const found = await this.#search(groupsOf(tags), isOver)
    const lists = found.map(({ keys }) => keys.flatMap(({ key, isAnswer }) => (isAnswer ? [] : key)))
    return lastOfEach(lists, MAX_LOOKED_UP_KEYS)
  }

  /**
   * Returns, for each tag, the keys that may carry it, each once. Tags whose keys cannot all be read are left out.
   * Resolves with undefined when the index is off, or no tag could be read.
   */
  async listsOf(tags: readonly string[]): Promise<Map<string, string[]> | undefined> {
    if (!this.#options.enabled) return undefined
    const found = await this.#search(tags.map(groupOf))
    const lists = new Map(
      tags.flatMap((tag, i) => (found[i]?.isWhole ? [[tag, found[i].keys.map(({ key }) => key)] as const] : []))
    )
    return lists.size === 0 && tags.length > 0 ? undefined : lists
  }

  #search(groups: readonly TagGroup[], isOver = (): boolean => false): Promise<FoundKeys[]> {
    const read = (shards: readonly number[]): Promise<(IndexShard | undefined)[]> =>
      askAll(
        this.#cluster,
        shards.map((shard) => this.#readOf(shard))
      ).then((replies) => replies.map(shardOfReply))
    const search = new TagSearch({ runtime: this.#runtime, read, isOver })
    return search.find(groups, [...this.#underway, ...this.#waiting])
  }

  /** A shard that is too large to be the plugin's own reads as empty, and the next rewrite replaces it. */
  #readOf(shard: number): Command {
    return { op: "get", key: this.#keys.index(shard), maxBytes: READABLE_SHARDS * this.#maxBytesOf(shard) }
  }

  /**
   * Notes that a key has no entry. Any process may sweep it, so it is written again as soon as an entry is stored, by
   * the process whose lookup missed it before.
   */
  noteAbsent(key: string): void {
    this.#known.delete(hashOfKey(key))
  }

  /**
   * Removes keys that were noted as absent from the shards of tags, if there are enough of them. What is stored while
   * another sweep is under way stays for a later one.
   */
  async sweep(tags: readonly string[], absent: readonly string[]): Promise<void> {
    const dead = absent.map(hashOfKey).filter((hash) => !this.#known.get(hash))
    if (dead.length < MIN_SWEPT_KEYS || this.#isSweeping) return
    this.#isSweeping = true
    try {
      await this.#rewriteAll(new Set(tags.map((tag) => shardOf(hashOfTag(tag)))), new Set(dead.map(idOf)))
    } finally {
      this.#isSweeping = false
    }
  }

  /** Notes that other servers have the shards from now on. */
  serversChanged(): void {
    this.#forgetWritten()
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

  #forget(all: readonly Pick<ShardLines, "keys">[]): void {
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
    const reachable = all
      .filter((about) => !isAway(about))
      .map(({ shard, keys, lines }) => ({ shard, keys, value: valueOf(lines) }))
    const full = new Set<number>()
    let due = reachable.map((lines) => ({ ...lines, isNew: !this.#appendedBytes.has(lines.shard) }))
    for (let attempt = 0; attempt < MAX_ATTEMPTS && due.length > 0; attempt++) {
      const commands = due.map((addition) => this.#commandOf(addition))
      const replies = await askAll(this.#cluster, commands)
      due.forEach(({ shard, isNew }, i) => {
        if (replies[i]?.status === "too_large") full.add(shard)
        // It has expired or was evicted, and so did what this process knows to be in it.
        if (replies[i]?.status === "ok" && isNew && this.#appendedBytes.has(shard)) this.#known.clear()
      })
      const wasRefused = (i: number): boolean => replies[i]?.status === (due[i]?.isNew ? "exists" : "not_stored")
      this.#forget(due.filter((_, i) => replies[i]?.status !== "ok" && !wasRefused(i)))
      due = due.filter((_, i) => wasRefused(i)).map((addition) => ({ ...addition, isNew: !addition.isNew }))
    }
    // Refused in both ways: Memcached appends nothing to an item that would become too large.
    this.#forget(due)
    for (const { shard } of due) full.add(shard)
    for (const { shard, value } of reachable) if (this.#countAppended(shard, value.length)) full.add(shard)
    await this.#rewriteAll(full)
  }

  /** Rewrites shards one after another, with turns for other work in between. */
  async #rewriteAll(shards: ReadonlySet<number>, dead: ReadonlySet<string> = new Set()): Promise<void> {
    for (const shard of shards) {
      await this.#rewrite(shard, dead)
      await nextTurn(this.#runtime)
    }
  }

  /**
   * Returns whether the shard may have to be rewritten. Its size is unknown without reading it, but what this process has
   * appended is a good guess. It begins anywhere, so that processes do not all wait for the same size.
   */
  #countAppended(shard: number, bytes: number): boolean {
    const half = this.#maxBytesOf(shard) / 2
    const added = (this.#appendedBytes.get(shard) ?? this.#runtime.random() * half) + bytes
    this.#appendedBytes.set(shard, added)
    return added > half
  }

  /** The size of a shard beyond which it is rewritten. */
  #maxBytesOf(shard: number): number {
    const { itemSizeMaxBytes } = this.#cluster.serverOf(this.#keys.index(shard))
    return Math.floor(Math.min(this.#options.maxBytes / SHARDS, itemSizeMaxBytes / 2))
  }

  #commandOf({ shard, value, isNew }: Addition): Command {
    const item = { key: this.#keys.index(shard), value }
    return isNew
      ? { op: "add", ...item, flags: 0, expiration: this.#options.retentionSeconds }
      : { op: "append", ...item }
  }

  /**
   * Rewrites a shard: each line once, only the newest when there are too many, and none of these ids. If somebody appends
   * in the meantime, the swap fails and the shard waits for the next time.
   */
  async #rewrite(shard: number, dead: ReadonlySet<string>): Promise<void> {
    const { value, cas } = await ask(this.#cluster, this.#readOf(shard))
    if (!value || !cas) return
    const before = new IndexShard(value)
    const maxBytes = this.#maxBytesOf(shard)
    const isTooLarge = value.length > maxBytes
    const lines = before.newest(isTooLarge ? maxBytes / 2 : maxBytes, dead)
    const hasDead = dead.size > 0 && lines.length < before.lineCount
    const isWorthIt = isTooLarge || hasDead || lines.length <= before.lineCount / 2
    const item = { key: this.#keys.index(shard), value: valueOf(lines), flags: 0 }
    const expiration = this.#options.retentionSeconds
    const reply = isWorthIt ? await ask(this.#cluster, { op: "set", ...item, expiration, cas }) : undefined
    if (!reply || reply.status === "ok") this.#appendedBytes.set(shard, 0)
  }
}

/** Returns undefined for a shard whose server has not answered. */
const shardOfReply = ({ status, value }: Reply): IndexShard | undefined =>
  status === "ok" || status === "missing" ? new IndexShard(value) : undefined
