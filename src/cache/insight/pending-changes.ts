import type { Hash } from "../hash"
import type { ChangeBatch, LastCleared, TagChange } from "./tag-shard"

type Change = { -readonly [Name in keyof TagChange]: TagChange[Name] }

/** Changes of one shard that wait to be written. */
export class PendingChanges {
  #changes = new Map<Hash, Change>()
  /** By `Runtime.elapsed()`. */
  #dueAt = Infinity

  get size(): number {
    return this.#changes.size
  }

  /** When they are to be written; Infinity when there are none. */
  get dueAt(): number {
    return this.#dueAt
  }

  has(hash: Hash): boolean {
    return this.#changes.has(hash)
  }

  seen(hash: Hash, tag: string | undefined, seenAt: number, hits: number, dueAt: number): void {
    const change = this.#changeOf(hash, dueAt)
    change.tag ??= tag
    change.seenAt = seenAt
    change.hits += hits
  }

  cleared(hash: Hash, cleared: LastCleared, dueAt: number): void {
    this.#changeOf(hash, dueAt).cleared = cleared
  }

  /** Without an end to the waiting: to look at them. */
  peek(id: string): ChangeBatch {
    return { id, changes: this.#changes }
  }

  /** Hands them over. */
  take(id: string): ChangeBatch {
    const batch = this.peek(id)
    this.#changes = new Map()
    this.#dueAt = Infinity
    return batch
  }

  #changeOf(hash: Hash, dueAt: number): Change {
    this.#dueAt = Math.min(this.#dueAt, dueAt)
    const known = this.#changes.get(hash)
    if (known) return known
    const change: Change = { tag: undefined, seenAt: 0, hits: 0, cleared: null }
    this.#changes.set(hash, change)
    return change
  }
}
