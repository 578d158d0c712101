import type { Entry } from "../codec/entry"
import type { Contents } from "../entry-contents"
import type { CasToken } from "../memcached/server"
import { RecentMap } from "../support/recent-map"

/** An entry of JSON as this process has read it. */
export interface JsonCopy {
  /** Without its payload. */
  readonly entry: Entry
  readonly json: string
  /** The state of the item that was read. */
  readonly state: CasToken
  readonly sizeBytes: number
}

/** What a copy takes besides its bytes. */
const OVERHEAD_BYTES = 600

/** A single copy may take this share of the memory. */
const MAX_SHARE = 1 / 8

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
    this.#copies = new RecentMap(maxBytes, ({ sizeBytes }) => sizeBytes)
    this.#largestBytes = maxBytes * MAX_SHARE
  }

  get(name: string): JsonCopy | undefined {
    return this.#copies.get(name)
  }

  /** Returns whether the item is still in the state that was copied. Without a token nobody knows. */
  isUnchanged({ state }: JsonCopy, now: CasToken | undefined): boolean {
    return now !== undefined && now.connection === state.connection && now.unique === state.unique
  }

  /** Copies what was read of an entry in this state, unless there is another copy than `before` by now. */
  keep(name: string, { json, entry }: Contents, state: CasToken, before: JsonCopy | undefined): void {
    if (this.#copies.get(name) !== before) return
    const entryBytes = entry.bytes - (entry.hasPayload ? entry.payloadBytes : 0)
    const sizeBytes = entry.rawBytes + entryBytes + name.length + OVERHEAD_BYTES
    if (sizeBytes <= this.#largestBytes) {
      this.#copies.set(name, { entry: entry.withoutPayload(), json, state, sizeBytes })
    }
  }

  /** Forgets the copy of an entry, or this copy if there is no newer one. */
  delete(name: string, copy?: JsonCopy): void {
    if (copy === undefined || this.#copies.get(name) === copy) this.#copies.delete(name)
  }
}
