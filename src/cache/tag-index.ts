import { ask, askAll } from "./ask"
import type { Cluster } from "./memcached/cluster"
import type { CasToken, Command, Reply } from "./memcached/server"
import { type Hash, hashOfKey, hashOfTag } from "./hash"
import type { KeySpace } from "./keys"
import { RecentMap } from "./recent-map"
import { nextTurn, type Runtime, type Timer } from "./runtime"

export interface IndexOptions {
  /** Whether there is an index. Without it `get({ tags })` finds nothing; clears do not need it. */
  readonly enabled: boolean
  /** How long a tag's list lives, counted from its first key, in seconds. At most 30 days. */
  readonly retentionSeconds: number
  /** The size of one tag's list beyond which keys are not indexed, in bytes. */
  readonly maxBytesPerTag: number
}

interface Pair {
  readonly id: number
  readonly tag: string
  readonly key: string
}

const keysIn = (pairs: readonly Pair[]): string[] => pairs.map(({ key }) => key)

/** The time during which sets are collected and written together. */
const FLUSH_DELAY_MS = 50

/**
 * The number of pairs in one write. An entry of a product list has 1,000. Other work gets its turn between two writes.
 */
const SLICE_PAIRS = 500

/** The most pairs that wait. An entry stored beyond that is not indexed. */
const MAX_WAITING_PAIRS = 50_000

/** The number of pairs remembered as indexed, so that storing an entry again costs nothing. */
const MAX_KNOWN_PAIRS = 200_000

/** A list may be added, or expire, between two attempts. */
const MAX_ATTEMPTS = 3

/** The number of lists whose growth is watched. */
const MAX_KNOWN_LISTS = 50_000

/**
 * The most that is read of a list, as a multiple of its size. Every process may append half a list before it rewrites
 * it.
 */
const READABLE_LISTS = 8

/** The separator of keys. Keys with a line break are not indexed. */
const SEPARATOR = "\n"

/**
 * Maps tags to keys, for `get({ tags })` and the inspector, which may both be incomplete. It is written in the
 * background, and validity never depends on it. Each tag has one item, a list of keys that is appended to and expires
 * as a whole. The list is rewritten when a reader finds many dead or repeated keys in it.
 */
export class TagIndex {
  readonly #keys: KeySpace
  readonly #runtime: Runtime
  readonly #cluster: Cluster
  readonly #options: IndexOptions
  #waiting: Pair[] = []
  /** Pairs on their way to Memcached. Readers include them, because Memcached may not have them yet. */
  #underway: readonly Pair[] = []
  /** When each pair was written. */
  readonly #known = new RecentMap<number, number>(MAX_KNOWN_PAIRS)
  readonly #appendedBytes = new RecentMap<string, number>(MAX_KNOWN_LISTS)
  #timer: Timer | undefined
  #writing: Promise<void> | undefined

  constructor(keys: KeySpace, runtime: Runtime, cluster: Cluster, options: IndexOptions) {
    this.#keys = keys
    this.#runtime = runtime
    this.#cluster = cluster
    this.#options = options
    // The server may have returned without its lists.
    cluster.onStateChange((_, state) => state === "ready" && this.#forgetWritten())
  }

  /** Notes the tags of an entry that has been stored, with the hashes of its key and of each tag. Sends no request now. */
  note(key: string, tags: readonly string[], hashes: readonly Hash[]): void {
    if (!this.#options.enabled || key.includes(SEPARATOR)) return
    const now = this.#runtime.elapsed()
    const keyHash = hashes[0] ?? 0
    tags.forEach((tag, i) => {
      if (this.#waiting.length >= MAX_WAITING_PAIRS) return
      const id = pairOf(hashes[i + 1] ?? 0, keyHash)
      const writtenAt = this.#known.get(id)
      // A list expires as a whole, so each pair is written again after half of that time.
      if (writtenAt !== undefined && now - writtenAt < this.#options.retentionSeconds * 500) return
      this.#known.set(id, now)
      this.#waiting.push({ id, tag, key })
    })
    if (this.#waiting.length > 0) this.#timer ??= this.#runtime.schedule(FLUSH_DELAY_MS, () => this.#startWriting())
  }

  /** Returns keys that may carry one of the tags, each once. */
  async keysOf(tags: readonly string[]): Promise<string[]> {
    const lists = await this.#listsOf(tags)
    return [...new Set([...lists.values()].flat())]
  }

  /**
   * Returns, for each tag, the keys that may carry it, each once. Tags whose server cannot be reached are left out.
   * Resolves with undefined when the index is off, or no tag could be read.
   */
  async listsOf(tags: readonly string[]): Promise<Map<string, string[]> | undefined> {
    if (!this.#options.enabled) return undefined
    const lists = await this.#listsOf(tags, true)
    return lists.size === 0 && tags.length > 0 ? undefined : lists
  }

  async #listsOf(tags: readonly string[], onlyAnswered = false): Promise<Map<string, string[]>> {
    const unwritten = new Map(tags.map((tag) => [tag, new Set<string>()]))
    for (const { tag, key } of [...this.#underway, ...this.#waiting]) unwritten.get(tag)?.add(key)
    const lists = new Map<string, string[]>()
    await Promise.all(
      [...unwritten].map(async ([tag, keys]) => {
        const { status, value } = await this.#read(this.#keys.index(tag))
        if (onlyAnswered && status !== "ok" && status !== "missing") return
        lists.set(tag, [...new Set([...keys, ...linesOf(value)])])
      })
    )
    return lists
  }

  /** Reads a list. One that is too large to be the plugin's own reads as empty, and the next rewrite replaces it. */
  #read(name: string): Promise<Reply> {
    const maxBytes = READABLE_LISTS * this.#options.maxBytesPerTag
    return ask(this.#cluster, { op: "get", key: name, maxBytes })
  }

  /** Removes dead keys from the lists. */
  async sweep(tags: readonly string[], dead: ReadonlySet<string>): Promise<void> {
    for (const tag of tags) for (const key of dead) this.#known.delete(pairOf(hashOfTag(tag), hashOfKey(key)))
    await Promise.all(tags.map((tag) => this.#rewrite(this.#keys.index(tag), (key) => !dead.has(key))))
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

  #forgetPairs(lists: readonly (readonly [name: string, pairs: readonly Pair[]])[]): void {
    for (const [, pairs] of lists) for (const { id } of pairs) this.#known.delete(id)
  }

  #startWriting(): void {
    this.#timer = undefined
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined))
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      this.#underway = this.#waiting.splice(0, SLICE_PAIRS)
      await this.#append(this.#byList(this.#underway))
      this.#underway = []
      await nextTurn(this.#runtime)
    }
  }

  #byList(pairs: readonly Pair[]): Map<string, Pair[]> {
    const lists = new Map<string, Pair[]>()
    for (const pair of pairs) {
      const name = this.#keys.index(pair.tag)
      const list = lists.get(name)
      if (list) list.push(pair)
      else lists.set(name, [pair])
    }
    return lists
  }

  /**
   * Appends to the lists that this process has written to, adds the others, and does the opposite where that is refused.
   * What fails is tried again when the entry is stored again.
   */
  async #append(lists: ReadonlyMap<string, readonly Pair[]>): Promise<void> {
    const isAway = ([name]: readonly [string, unknown]): boolean => this.#cluster.serverOf(name).state === "down"
    this.#forgetPairs([...lists].filter(isAway))
    const all = [...lists].filter((list) => !isAway(list))
    let due = all.map((list) => ({ list, isNew: this.#appendedBytes.get(list[0]) === undefined }))
    for (let attempt = 0; attempt < MAX_ATTEMPTS && due.length > 0; attempt++) {
      const commands = due.map(({ list, isNew }) => (isNew ? this.#create(list) : appendOf(list)))
      const replies = await askAll(this.#cluster, commands)
      const wasRefused = (i: number): boolean => replies[i]?.status === (due[i]?.isNew ? "exists" : "not_stored")
      this.#forgetPairs(due.filter((_, i) => replies[i]?.status !== "ok" && !wasRefused(i)).map(({ list }) => list))
      due = due.filter((_, i) => wasRefused(i)).map(({ list, isNew }) => ({ list, isNew: !isNew }))
    }
    this.#forgetPairs(due.map(({ list }) => list))
    const full = all.filter(([name, pairs]) => this.#countAppended(name, keysIn(pairs)))
    await Promise.all(full.map(([name]) => this.#rewrite(name, () => true)))
  }

  /**
   * Returns whether the list may have to be rewritten. Its size is unknown without reading it, but what this process
   * has appended is a good guess.
   */
  #countAppended(name: string, keys: readonly string[]): boolean {
    const added = (this.#appendedBytes.get(name) ?? 0) + keys.reduce((sum, key) => sum + key.length + 1, 0)
    if (added > this.#options.maxBytesPerTag / 2) {
      this.#appendedBytes.delete(name)
      return true
    }
    this.#appendedBytes.set(name, added)
    return false
  }

  #create([name, pairs]: readonly [string, readonly Pair[]]): Command {
    const expiration = this.#options.retentionSeconds
    return { op: "add", key: name, value: linesFrom(keysIn(pairs)), flags: 0, expiration }
  }

  /**
   * Rewrites a list: each key once, only the newest when there are too many. If somebody appends in the meantime, the
   * swap fails and the list waits for the next time.
   */
  async #rewrite(name: string, wanted: (key: string) => boolean): Promise<void> {
    const reply = await this.#read(name)
    if (!reply.cas) return
    const all = linesOf(reply.value)
    const live = newest([...new Set(all)].filter(wanted), this.#options.maxBytesPerTag / 2)
    if (live.length > all.length / 2 && (reply.value?.length ?? 0) <= this.#options.maxBytesPerTag) return
    await this.#swap(name, live, reply.cas)
  }

  async #swap(name: string, keys: readonly string[], cas: CasToken): Promise<void> {
    const expiration = this.#options.retentionSeconds
    await ask(this.#cluster, { op: "set", key: name, value: linesFrom(keys), flags: 0, expiration, cas })
  }
}

/** Returns as many keys from the end as fit. */
function newest(keys: readonly string[], maxBytes: number): string[] {
  let bytes = 0
  let from = keys.length
  while (from > 0 && (bytes += Buffer.byteLength(keys[from - 1] ?? "") + 1) <= maxBytes) from -= 1
  return keys.slice(from)
}

/** Identifies a pair. Pairs that collide are not indexed, which is allowed for an incomplete index. */
const pairOf = (tag: Hash, key: Hash): number => (tag * 31 + key) % Number.MAX_SAFE_INTEGER

const appendOf = ([name, pairs]: readonly [string, readonly Pair[]]): Command => ({
  op: "append",
  key: name,
  value: linesFrom(keysIn(pairs)),
})

const linesFrom = (keys: readonly string[]): Buffer => Buffer.from(keys.map((key) => key + SEPARATOR).join(""))

const linesOf = (value: Buffer | undefined): string[] =>
  value
    ? value
        .toString("utf8")
        .split(SEPARATOR)
        .filter((line) => line !== "")
    : []
