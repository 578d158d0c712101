import { isOfLaterVersion, type JsonItems } from "../json-items"
import type { Runtime } from "../runtime"
import {
  type ClearLine,
  decodeLine,
  encodeLine,
  type HistoryLine,
  LineSums,
  type LineTuple,
  type NotedClear,
} from "./clear-line"

export interface RecentClears {
  /** Newest first, at most 200. */
  readonly clears: readonly ClearLine[]
  /** false: Memcached could not be asked; these are what this process last knew. */
  readonly complete: boolean
}

export interface ClearHistorySurroundings {
  readonly items: JsonItems
  /** Of the item in Memcached. */
  readonly name: string
  readonly runtime: Runtime
  /** Whether a clear of this process still waits for Memcached. */
  readonly hasPending: () => boolean
  /** false: nothing is ever flushed, and what is noted is for this process. */
  readonly isShared: boolean
  /** There is something to write. */
  readonly onNote: () => void
}

const VERSION = 1

const MAX_LINES = 200

/** Below what `JsonItems` writes, for the brackets around the lines. */
const MAX_BYTES = 60 * 1024

/** Seven days, in seconds: as long as statistics are kept. */
const TTL_SECONDS = 7 * 24 * 60 * 60

/**
 * Who cleared what of late, by whatever process: one item in Memcached that each process adds its lines to every few
 * seconds. For people only. It can be evicted, and what a process has not written yet is gone when it is killed.
 *
 * A swap whose answer was lost is repeated with the same lines; their ids leave each of them once. A line that is pending
 * is written again as applied when this process has no pending clear any more.
 */
export class ClearHistory {
  readonly #around: ClearHistorySurroundings
  readonly #sums: LineSums
  /** Being written, or to be tried again. Oldest first. */
  #unwritten: readonly HistoryLine[] = []
  /** Written as pending, by this process. */
  #pending: readonly HistoryLine[] = []
  /** As they were last seen in Memcached. */
  #known: readonly HistoryLine[] = []

  constructor(around: ClearHistorySurroundings) {
    this.#around = around
    this.#sums = new LineSums(() => around.runtime.randomId(6).toString("base64url"))
  }

  note(clear: Omit<NotedClear, "atMs">): void {
    // What a flush would do: else the first clears of the process would be shown, and not the newest.
    if (!this.#around.isShared && this.#sums.isCrowded) this.#unwritten = merged(this.#unwritten, this.#sums.take())
    this.#sums.add({ ...clear, atMs: Math.round(this.#around.runtime.now()) })
    this.#around.onNote()
  }

  /** Never rejects. */
  async recent(): Promise<RecentClears> {
    const reading = await this.#around.items.read(this.#around.name)
    const complete = reading.status !== "unreachable"
    if (complete) this.#known = linesIn(reading.status === "ok" ? reading.value : undefined, this.#around.runtime.now())
    // With nothing shared they are never written, so that nothing else would find out that they have been delivered.
    const own = [...this.#unwritten, ...this.#sums.lines].map((line) => this.#asItIsNow(line))
    const lines = merged(this.#known, own)
    return { clears: lines.reverse().map(withoutId), complete }
  }

  /** Writes what waits. What cannot be written is kept for the next time, as far as it would still be shown. */
  async flush(): Promise<void> {
    const delivered = this.#around.hasPending() ? [] : this.#pending
    if (this.#sums.isEmpty && this.#unwritten.length === 0 && delivered.length === 0) return this.#awaitDelivery()
    // Before the calls are taken over: one that is noted later may be the first that is pending.
    const sending = merged(
      this.#unwritten,
      [...delivered, ...this.#sums.take()].map((line) => this.#asItIsNow(line))
    )
    this.#pending = merged(
      this.#pending.filter((line) => !delivered.includes(line)),
      sending.filter((line) => line.status === "pending")
    )
    this.#unwritten = sending
    const { items, name, runtime } = this.#around
    const change = (old: unknown): unknown =>
      isOfLaterVersion(old, VERSION) ? undefined : toItem(merged(linesIn(old, runtime.now()), sending))
    const update = await items.update(name, change, TTL_SECONDS)
    if (update.status === "written" || update.status === "refused") {
      this.#unwritten = []
      if (update.status === "written") this.#known = linesIn(update.value, runtime.now())
    } else {
      this.#around.onNote()
    }
    this.#awaitDelivery()
  }

  #asItIsNow(line: HistoryLine): HistoryLine {
    return line.status === "pending" && !this.#around.hasPending() ? { ...line, status: "applied" } : line
  }

  #awaitDelivery(): void {
    if (this.#pending.length > 0) this.#around.onNote()
  }
}

/** Oldest first, each once, applied before pending, the newest that fit. */
function merged(old: readonly HistoryLine[], added: readonly HistoryLine[]): HistoryLine[] {
  const byId = new Map<string, HistoryLine>()
  for (const line of [...old, ...added]) {
    if (byId.get(line.id)?.status !== "applied") byId.set(line.id, line)
  }
  const lines = [...byId.values()].sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1)).slice(-MAX_LINES)
  let bytes = 0
  let from = lines.length
  for (let line = lines[from - 1]; line; line = lines[from - 1]) {
    bytes += Buffer.byteLength(JSON.stringify(encodeLine(line))) + 1
    if (bytes > MAX_BYTES) break
    from -= 1
  }
  return lines.slice(from)
}

const toItem = (lines: readonly HistoryLine[]): { version: number; lines: LineTuple[] } => ({
  version: VERSION,
  lines: lines.map(encodeLine),
})

function linesIn(item: unknown, nowMs: number): HistoryLine[] {
  if (typeof item !== "object" || item === null || isOfLaterVersion(item, VERSION)) return []
  if (!("lines" in item) || !Array.isArray(item.lines)) return []
  return item.lines.flatMap((tuple: unknown) => decodeLine(tuple, nowMs) ?? [])
}

function withoutId({ id: _id, ...line }: HistoryLine): ClearLine {
  return line
}
