import { askAll } from "../support/ask"
import { intactValue } from "../support/checksum"
import type { MemcachedServer, Reply } from "../memcached/server"
import type { KeySpace } from "../keys"
import { firstInline, type Head } from "./head"
import { decodeRecord, isReference, type LogRecord, MAX_RECORD_BYTES } from "./record"
import type { TagVersions } from "./tag-versions"

export interface CatchUpLimits {
  /** The most records outside the head that a running process fetches. A process further behind raises its horizon. */
  readonly maxCatchUp: number
  /** The number of older records that a new process fetches, so that it can use entries of other processes. */
  readonly backlog: number
  /** The number of tags and keys whose last clear is remembered. */
  readonly maxTags: number
}

/** The number of large records that are fetched at once: 5 MB at most. */
const BODIES_AT_ONCE = 16

/**
 * Brings the tag versions up to a head. Usually the head itself has every new record, and nothing waits. Otherwise all
 * records that have left the head are fetched in one round trip. Large ones take further ones, newest first, until they
 * have as much as is remembered. A missing record raises the horizon.
 */
export class CatchUp {
  readonly #server: MemcachedServer
  readonly #keys: KeySpace
  readonly #tagVersions: TagVersions
  readonly #limits: CatchUpLimits
  #running: Promise<boolean> | undefined

  constructor(server: MemcachedServer, keys: KeySpace, tagVersions: TagVersions, limits: CatchUpLimits) {
    this.#server = server
    this.#keys = keys
    this.#tagVersions = tagVersions
    this.#limits = limits
  }

  /**
   * Returns true when the tag versions already cover the head. Otherwise fetches records and resolves with whether they
   * do.
   */
  advance(head: Head): true | Promise<boolean> {
    if (this.#tagVersions.covers(head)) return true
    this.#begin(head)
    return this.#applyInline(head) ? true : this.#wait(head)
  }

  /** Decides how far back to look. */
  #begin(head: Head): void {
    const tagVersions = this.#tagVersions
    if (tagVersions.epoch !== head.epoch) {
      tagVersions.adopt(head.epoch, Math.max(0, head.version - this.#limits.backlog))
    }
    const behind = firstInline(head) - 1 - tagVersions.version
    if (behind > Math.max(this.#limits.maxCatchUp, this.#limits.backlog)) tagVersions.skipTo(firstInline(head) - 1)
  }

  /** Applies the records in the head. Returns false when older ones have to be fetched first. */
  #applyInline(head: Head): boolean {
    const tagVersions = this.#tagVersions
    const first = firstInline(head)
    if (tagVersions.version + 1 < first) return false
    for (let version = tagVersions.version + 1; version <= head.version; version++) {
      const record = head.tail[version - first]
      if (!record || isReference(record)) return false
      tagVersions.append(version, record)
    }
    return true
  }

  async #wait(head: Head): Promise<boolean> {
    // Takes two turns at most: a fetch for an older head may be running, and ours follows it.
    for (let turn = 0; turn < 2; turn++) {
      const mine = this.#running === undefined
      this.#running ??= this.#fetch(head).finally(() => (this.#running = undefined))
      if (!(await this.#running)) return false
      if (this.#tagVersions.covers(head)) return true
      this.#begin(head)
      if (this.#applyInline(head)) return true
      if (mine) return false
    }
    return false
  }

  async #fetch(head: Head): Promise<boolean> {
    const from = this.#tagVersions.version + 1
    const first = firstInline(head)
    const spilled: number[] = []
    for (let version = from; version < first; version++) spilled.push(version)
    const names = spilled.map((version) => this.#keys.record({ epoch: head.epoch, version }))
    const found = await this.#read(names)
    if (!found) return false

    const records = new Map<number, LogRecord>()
    spilled.forEach((version, i) => {
      const record = found[i]?.()
      if (record) records.set(version, record)
    })
    head.tail.forEach((record, i) => records.set(first + i, record))
    if (!(await this.#resolveReferences(head.epoch, from, records))) return false

    const tagVersions = this.#tagVersions
    // Another lookup may have moved the tag versions on, or to another epoch, in the meantime.
    if (tagVersions.epoch !== head.epoch) return true
    for (let version = tagVersions.version + 1; version <= head.version; version++) {
      const record = records.get(version)
      if (record && !isReference(record)) tagVersions.append(version, record)
      else tagVersions.skipTo(version)
    }
    return true
  }

  /**
   * Fetches large records. A process that has just started may be behind those of millions of tags, most of which it
   * would forget at once.
   */
  async #resolveReferences(epoch: number, from: number, records: Map<number, LogRecord>): Promise<boolean> {
    const wanted = [...records].filter(([version, record]) => version >= from && isReference(record)).reverse()
    let room = this.#limits.maxTags
    for (let at = 0; at < wanted.length && room > 0; at += BODIES_AT_ONCE) {
      const some = wanted.slice(at, at + BODIES_AT_ONCE)
      const bodies = await this.#read(some.map(([version, record]) => this.#keys.body({ epoch, version }, record.id)))
      if (!bodies) return false
      for (const [i, [version]] of some.entries()) {
        const body = room > 0 ? bodies[i]?.() : undefined
        if (!body || isReference(body)) continue
        records.set(version, body)
        room -= body.explicit.length + body.automatic.length
      }
    }
    return true
  }

  /**
   * Reads records in one round trip, which are decoded when they are wanted. A missing or damaged record is undefined.
   * Resolves with undefined when the server cannot be reached.
   */
  async #read(names: readonly string[]): Promise<(() => LogRecord | undefined)[] | undefined> {
    const replies = await askAll(
      this.#server,
      names.map((key) => ({ op: "get", key, maxBytes: MAX_RECORD_BYTES }))
    )
    if (replies.some((reply) => reply.status === "unreachable")) return undefined
    return replies.map((reply, i) => () => recordIn(reply, names[i]))
  }
}

function recordIn(reply: Reply, name: string | undefined): LogRecord | undefined {
  const bytes = intactValue(reply, name)
  return bytes && decodeRecord(bytes)
}
