import type { Entry } from "./codec/entry"
import type { CasToken } from "./memcached/server"
import { RecentMap } from "./recent-map"

/** An entry as this process has read it. */
export interface JsonCopy {
  /** Without its payload. */
  readonly entry: Entry
  readonly json: string
  readonly state: CasToken
}

/** What a copy takes beside its bytes. */
const OVERHEAD_BYTES = 600

/** A single copy may take this part of the memory. */
const LARGEST_PART = 1 / 8

/**
 * Copies of entries in the memory of this process, ready to be parsed. They save the transfer, the decompression and the
 * making of a string, and nothing else: a lookup reads the log anew and judges the copy by it, and asks the server whether
 * the item is still in the state that was copied. So it sees every clear and every set, as if it had read the item.
 */
export class JsonCopies {
  readonly #copies: RecentMap<string, JsonCopy>
  readonly #largestBytes: number

  /** With 0 bytes nothing is kept. */
  constructor(maxBytes: number) {
    this.#copies = new RecentMap(maxBytes, sizeOf)
    this.#largestBytes = maxBytes * LARGEST_PART
  }

  get(name: string): JsonCopy | undefined {
    return this.#copies.get(name)
  }

  /**
   * Begins a copy of an entry whose bytes are valid during this call only. Returns what keeps it, given its JSON, or
   * undefined for an entry that is not to be kept.
   */
  begin(name: string, entry: Entry, state: CasToken | undefined): ((json: string) => void) | undefined {
    if (!state || entry.rawBytes > this.#largestBytes) return undefined
    const own = entry.withoutPayload()
    return (json) => {
      const copy = { entry: own, json, state }
      if (sizeOf(copy) <= this.#largestBytes) this.#copies.set(name, copy)
    }
  }

  /** Forgets a copy, unless it has been replaced by a newer one. */
  forget(name: string, copy: JsonCopy): void {
    if (this.#copies.get(name) === copy) this.#copies.delete(name)
  }
}

const sizeOf = ({ entry, json }: JsonCopy): number => json.length + entry.bytes + OVERHEAD_BYTES
