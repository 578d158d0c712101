import { ask } from "./support/ask"
import { checksumOf } from "./support/checksum"
import { compress } from "./codec/compression"
import { encodeEntry, namesWithin, plainSection, type Section } from "./codec/entry"
import type { Draft } from "./draft"
import type { CacheParts } from "./parts"
import type { RefusalReason, SetOutcome } from "./results"
import { nextTurn } from "./support/runtime"

/**
 * What memcached adds to key and value: item header, CAS, flags and two line ends. It is 64 bytes in 1.6; this leaves
 * room.
 */
const ITEM_OVERHEAD_BYTES = 128

/**
 * The most bytes of payloads and names that may wait for compression or an answer. Beyond this a set is refused: a miss
 * is better than a shop that swaps.
 */
const MAX_WAITING_BYTES = 64 * 1024 * 1024

interface Waiting {
  /** Undefined when the entry is to be removed. */
  readonly draft: Draft | undefined
  readonly resolve: (outcome: SetOutcome) => void
}

/**
 * Writes entries. Writes of one key go one after the other, and of those that wait only the newest is sent. Otherwise a
 * value that takes long to compress could overwrite a newer one, and a herd of misses would compress the same data 18
 * times.
 */
export class EntryWriter {
  readonly #parts: CacheParts
  readonly #busy = new Map<string, Waiting | undefined>()
  #waitingBytes = 0

  constructor(parts: CacheParts) {
    this.#parts = parts
  }

  /** Writes an entry. Never rejects. */
  async put(draft: Draft): Promise<SetOutcome> {
    const bytes = draft.payload.length + draft.names.length
    if (this.#waitingBytes + bytes > MAX_WAITING_BYTES) {
      this.remove(draft.key)
      return refused("overloaded")
    }
    this.#waitingBytes += bytes
    try {
      return await (this.#busy.has(draft.key) ? this.#wait(draft) : this.#lead(draft))
    } finally {
      this.#waitingBytes -= bytes
    }
  }

  /**
   * Removes an entry without adding to the log. Used when a value cannot be stored, so that an older one is not served.
   */
  remove(key: string): void {
    if (!this.#busy.has(key)) return this.#delete(key)
    // Queue behind the set that is under way, in place of the one that waits.
    this.#busy.get(key)?.resolve(refused("superseded"))
    this.#busy.set(key, { draft: undefined, resolve: () => undefined })
  }

  #delete(key: string): void {
    const { cluster, copies, keys } = this.#parts
    const name = keys.entry(key)
    copies.delete(name)
    cluster.submit({ op: "delete", key: name }, () => undefined)
  }

  #wait(draft: Draft): Promise<SetOutcome> {
    this.#busy.get(draft.key)?.resolve(refused("superseded"))
    return new Promise((resolve) => this.#busy.set(draft.key, { draft, resolve }))
  }

  async #lead(draft: Draft): Promise<SetOutcome> {
    this.#busy.set(draft.key, undefined)
    // Compressing may run out of memory. Whatever happens here, the next set of the key must get its turn.
    const outcome = await this.#send(draft).catch(() => refused("not_cacheable"))
    // Delete before the next set is sent: an older value must not be served in place of one that could not be stored.
    if (!outcome.stored && (outcome.reason !== "stale" || draft.isFresh)) this.#delete(draft.key)
    const next = this.#busy.get(draft.key)
    if (next?.draft) void this.#lead(next.draft).then(next.resolve)
    else this.#busy.delete(draft.key)
    if (next && !next.draft) this.#delete(draft.key)
    return outcome
  }

  async #send(draft: Draft): Promise<SetOutcome> {
    const { cluster, copies, keys, log, runtime } = this.#parts
    const name = keys.entry(draft.key)
    const server = cluster.serverOf(name)
    if (server.state === "down") {
      await nextTurn(runtime)
      return refused("unreachable")
    }

    const sections = this.#compressed(draft)
    const [payload, names] = sections instanceof Promise ? await sections : sections
    // The entry is void already, and would only overwrite one that may be good.
    if (log.of(name).voids(draft.readVersion, draft)) return refused("stale")

    const value = encodeEntry(
      { ...draft.readVersion, ...pick(draft), expiresAtMs: draft.expiration.atMs },
      payload,
      names,
      draft.hashes
    )
    if (value.length + name.length + ITEM_OVERHEAD_BYTES > server.itemSizeMaxBytes) {
      return { ...refused("too_large"), bytes: value.length }
    }
    const flags = checksumOf(value)
    copies.delete(name)
    const reply = await ask(server, { op: "set", key: name, value, flags, expiration: draft.expiration.wire })
    if (reply.status === "ok") {
      return { stored: true, rawBytes: draft.rawBytes, bytes: value.length, loadMicros: draft.loadMicros }
    }
    if (reply.status === "too_large") return { ...refused("too_large"), bytes: value.length }
    return refused("unreachable")
  }

  /** Returns the payload and the names as they are to be stored. */
  #compressed({ payload, names, text, rawBytes }: Draft): [Section, Section] | Promise<[Section, Section]> {
    const { compression } = this.#parts.options
    // Few names do not make a small entry worth compressing.
    const isSmall = Math.max(payload.length, names.length) < compression.thresholdBytes
    if (text && isSmall) return [plainSection(payload), plainSection(names)]
    const put = (section: Section): [Section, Section] => {
      if (!text) return [{ ...plainSection(payload), rawBytes }, section]
      return section.algorithm ? [section, namesWithin(names.length)] : [plainSection(payload), plainSection(names)]
    }
    const section = compress(text ?? names, compression)
    return section instanceof Promise ? section.then(put) : put(section)
  }
}

const refused = (reason: RefusalReason): SetOutcome & { stored: false } => ({ stored: false, reason })

const pick = ({ autoInvalidate, storedAtMs, costMicros, isAnswer, isBrief = false }: Draft) => {
  return { autoInvalidate, storedAtMs, costMicros, isAnswer, isBrief }
}
