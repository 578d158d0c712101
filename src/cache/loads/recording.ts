import type { Entry } from "../codec/entry"
import { type Hash, hashOfKey, hashOfTag } from "../support/hash"
import { unknownRecordsOf } from "../tag-types"

/** What counts of an entry that a flow stores. */
interface Stored {
  readonly tags: readonly string[]
  readonly hashes: readonly Hash[]
  readonly expiration: { readonly atMs: number }
}

/**
 * The most keys and tags that are noted, as many as a record of the log has. A load may never end: its data was not found,
 * say, and the job goes on for days.
 */
const MAX_HASHES = 50_000

/**
 * What a flow has read. Whatever is made of it is as old as the oldest part, lives no longer than any, and is void when
 * any is cleared.
 */
export class Recording {
  readonly #tags = new Set<string>()
  readonly #hashes = new Set<Hash>()
  /** The keys of entries that were looked for, and of which none was stored since. */
  readonly #notFound = new Set<Hash>()
  #expiresAtMs = 0
  #gap: string | undefined
  #isFull = false

  /** Whether it was too much, so that nothing of it is known any more. */
  get isFull(): boolean {
    return this.#isFull
  }

  /** The names of the tags of what was read, as far as they are known. */
  get tags(): ReadonlySet<string> {
    return this.#tags
  }

  /** The hashes of all keys and tags of what was read. */
  get hashes(): ReadonlySet<Hash> {
    return this.#hashes
  }

  /** When the first part expires, in Unix time in milliseconds; 0 for never. */
  get expiresAtMs(): number {
    return this.#expiresAtMs
  }

  /** The first read of which it is not known what clears it, in English. Undefined when there was none. */
  get gap(): string | undefined {
    return this.#gap ?? (this.#notFound.size > 0 ? "an entry that it has not found" : undefined)
  }

  /** Notes a read of something with these tags. */
  read(tags: Iterable<string>): void {
    for (const tag of tags) {
      if (this.#tags.has(tag)) continue
      this.#tags.add(tag)
      this.#hashes.add(hashOfTag(tag))
    }
    this.#bound()
  }

  /** Notes a read of records of a type, for which any change of the type counts. */
  readType(type: string): void {
    this.read([`${type}:list:*`])
  }

  /** Notes a read of records of a type, of which it is not known which they are. */
  readSome(type: string): void {
    this.readType(type)
    this.#hashes.add(hashOfTag(unknownRecordsOf(type)))
    this.#bound()
  }

  /** Notes a read of something that is not to be used after a Unix time in milliseconds; 0 for never. */
  expires(atMs: number): void {
    if (atMs > 0 && (this.#expiresAtMs === 0 || atMs < this.#expiresAtMs)) this.#expiresAtMs = atMs
  }

  /** Notes a read of which it is not known what clears it. */
  missed(gap: string): void {
    this.#gap ??= gap
  }

  /** Notes a lookup that has found nothing. Whoever has looked stores an entry, or does without one that may come later. */
  didNotFind(key: string): void {
    this.#notFound.add(hashOfKey(key))
  }

  /** Notes an entry that the flow stores, of what it has loaded. It counts as well if it is not stored after all. */
  stored({ tags, hashes, expiration }: Stored): void {
    if (this.#isFull) return
    for (const hash of hashes) {
      this.#hashes.add(hash)
      this.#notFound.delete(hash)
    }
    for (const tag of tags) this.#tags.add(tag)
    this.expires(expiration.atMs)
    this.#bound()
  }

  /** Notes an entry that is being served, with the names of its tags. Its bytes are valid during this call only. */
  served(entry: Entry, tags: readonly string[]): void {
    if (this.#isFull) return
    for (let i = 0; i < entry.hashCount; i++) this.#hashes.add(entry.hashAt(i))
    for (const tag of tags) this.#tags.add(tag)
    this.expires(entry.expiresAtMs)
    this.#bound()
  }

  #bound(): void {
    if (!this.#isFull && this.#hashes.size <= MAX_HASHES) return
    this.#isFull = true
    this.#hashes.clear()
    this.#tags.clear()
    this.missed(`reads of more than ${MAX_HASHES} tags`)
  }
}
