import type { Entry } from "../codec/entry"
import type { Hash } from "../support/hash"
import { readUint48, UINT48_BYTES } from "../support/uint48"

interface KeyHits {
  readonly epoch: number
  readonly version: number
  /** Hashes of the tags, as stored in the entry. */
  readonly hashes: Buffer
  hits: number
}

/** The memory for remembered entries and their tags, in bytes: 600 lists with a thousand tags, or 10,000 with one. */
const MAX_BYTES = 4 * 1024 * 1024

/** The memory for entries that were hit since the last `take`, in bytes. Further ones are not counted. */
const MAX_DIRTY_BYTES = 16 * 1024 * 1024

/** What an entry takes besides the hashes of its tags. */
const OVERHEAD_BYTES = 400

const sizeOf = ({ hashes }: KeyHits): number => hashes.length + OVERHEAD_BYTES

/**
 * Counts the hits of every entry exactly, and finds out later which tags they belong to. A hit then costs one look into
 * a map, not one for each of a thousand tags.
 */
export class TagHits {
  readonly #keys = new Map<Hash, KeyHits>()
  #bytes = 0
  #dirty: KeyHits[] = []
  #dirtyBytes = 0

  /** The number of entries that are remembered. */
  get size(): number {
    return this.#keys.size
  }

  /** Notes that an entry is being served. Returns true for the first hit since the last `take` of one with tags. */
  note(entry: Entry): boolean {
    if (entry.hashCount <= 1) return false
    const known = this.#keys.get(entry.hashAt(0))
    const key =
      known && known.version === entry.version && known.epoch === entry.epoch ? known : this.#remember(entry, known)
    if (!key) return false
    key.hits += 1
    if (key.hits > 1) return false
    this.#dirty.push(key)
    this.#dirtyBytes += sizeOf(key)
    return this.#dirty.length === 1
  }

  /** Yields tags with their hits since the last call. A tag may appear several times. */
  *take(): Generator<readonly [tag: Hash, hits: number]> {
    const dirty = this.#dirty
    this.#dirty = []
    this.#dirtyBytes = 0
    for (const key of dirty) {
      const { hits } = key
      key.hits = 0
      for (let at = 0; at < key.hashes.length; at += UINT48_BYTES) yield [readUint48(key.hashes, at), hits]
    }
  }

  /** Remembers an entry. If it replaces another one under the same key, that one's hits remain in the list. */
  #remember(entry: Entry, replaced: KeyHits | undefined): KeyHits | undefined {
    if (this.#dirtyBytes > MAX_DIRTY_BYTES) return undefined
    const key: KeyHits = { epoch: entry.epoch, version: entry.version, hashes: entry.copyOfTagHashes(), hits: 0 }
    this.#bytes += sizeOf(key) - (replaced ? sizeOf(replaced) : 0)
    this.#keys.delete(entry.hashAt(0))
    this.#keys.set(entry.hashAt(0), key)
    for (const [oldest, forgotten] of this.#keys) {
      if (this.#bytes <= MAX_BYTES) break
      this.#keys.delete(oldest)
      this.#bytes -= sizeOf(forgotten)
    }
    return key
  }
}
