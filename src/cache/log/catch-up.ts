import { askAll } from "../ask"
import { intactValue } from "../checksum"
import type { MemcachedServer, Reply } from "../client/server"
import type { KeySpace } from "../keys"
import { firstInline, type Head } from "./head"
import { decodeRecord, isReference, type LogRecord, MAX_RECORD_BYTES } from "./record"
import type { View } from "./view"

export interface CatchUpLimits {
  /** How many records that have left the head a running process fetches; further behind, it raises its floor instead. */
  readonly maxCatchUp: number
  /** How many older records a new process fetches, so that it can use what others have stored. */
  readonly backlog: number
}

/**
 * Brings the view up to a head. Usually the head itself has all that is new, and nothing waits. Otherwise the records
 * that have left it are fetched, one round trip for all of them (two if some are big); what is gone raises the floor.
 */
export class CatchUp {
  readonly #server: MemcachedServer
  readonly #keys: KeySpace
  readonly #view: View
  readonly #limits: CatchUpLimits
  #running: Promise<boolean> | undefined

  constructor(server: MemcachedServer, keys: KeySpace, view: View, limits: CatchUpLimits) {
    this.#server = server
    this.#keys = keys
    this.#view = view
    this.#limits = limits
  }

  /** true when the view covers the head; false (after waiting) when that could not be achieved. */
  advance(head: Head): true | Promise<boolean> {
    if (this.#view.covers(head)) return true
    this.#begin(head)
    return this.#applyInline(head) ? true : this.#wait(head)
  }

  /** Decides how far back to look. */
  #begin(head: Head): void {
    const view = this.#view
    if (view.lineage !== head.lineage) view.adopt(head.lineage, Math.max(0, head.position - this.#limits.backlog))
    const behind = firstInline(head) - 1 - view.position
    if (behind > Math.max(this.#limits.maxCatchUp, this.#limits.backlog)) view.skipTo(firstInline(head) - 1)
  }

  /** As far as the head reaches; false when something has to be fetched. */
  #applyInline(head: Head): boolean {
    const view = this.#view
    const first = firstInline(head)
    if (view.position + 1 < first) return false
    for (let position = view.position + 1; position <= head.position; position++) {
      const record = head.tail[position - first]
      if (!record || isReference(record)) return false
      view.append(position, record)
    }
    return true
  }

  async #wait(head: Head): Promise<boolean> {
    // Two turns: somebody else's fetch for an older head may be under way, then comes ours.
    for (let turn = 0; turn < 2; turn++) {
      const mine = this.#running === undefined
      this.#running ??= this.#fetch(head).finally(() => (this.#running = undefined))
      if (!(await this.#running)) return false
      if (this.#view.covers(head)) return true
      this.#begin(head)
      if (this.#applyInline(head)) return true
      if (mine) return false
    }
    return false
  }

  async #fetch(head: Head): Promise<boolean> {
    const from = this.#view.position + 1
    const first = firstInline(head)
    const spilled: number[] = []
    for (let position = from; position < first; position++) spilled.push(position)
    const names = spilled.map((position) => this.#keys.position(lineageName(head.lineage), position))
    const found = await this.#read(names)
    if (!found) return false

    const records = new Map<number, LogRecord>()
    spilled.forEach((position, i) => {
      const record = found[i]
      if (record) records.set(position, record)
    })
    head.tail.forEach((record, i) => records.set(first + i, record))
    if (!(await this.#resolveReferences(head.lineage, from, records))) return false

    const view = this.#view
    // Another lookup may have moved the view on, or to another lineage, while this one waited.
    if (view.lineage !== head.lineage) return true
    for (let position = view.position + 1; position <= head.position; position++) {
      const record = records.get(position)
      if (record && !isReference(record)) view.append(position, record)
      else view.skipTo(position)
    }
    return true
  }

  async #resolveReferences(lineage: number, from: number, records: Map<number, LogRecord>): Promise<boolean> {
    const wanted = [...records].filter(([position, record]) => position >= from && isReference(record))
    if (wanted.length === 0) return true
    const bodies = await this.#read(
      wanted.map(([, record]) => this.#keys.body(lineageName(lineage), idName(record.id)))
    )
    if (!bodies) return false
    wanted.forEach(([position], i) => {
      const body = bodies[i]
      if (body) records.set(position, body)
    })
    return true
  }

  /** In one round trip. A record that is gone or damaged is undefined; all of it is when the server cannot be asked. */
  async #read(names: readonly string[]): Promise<(LogRecord | undefined)[] | undefined> {
    const replies = await askAll(
      this.#server,
      names.map((key) => ({ op: "get", key, maxBytes: MAX_RECORD_BYTES }))
    )
    if (replies.some((reply) => reply.status === "unreachable")) return undefined
    return replies.map((reply, i) => recordIn(reply, names[i]))
  }
}

function recordIn(reply: Reply, name: string | undefined): LogRecord | undefined {
  const bytes = intactValue(reply, name)
  return bytes && decodeRecord(bytes)
}

/** Numbers in the names of items, short and readable. */
export const lineageName = (lineage: number): string => lineage.toString(36)
export const idName = (id: number): string => id.toString(36)
