import { isOfLaterVersion, type JsonItems } from "./json-items"
import type { Runtime } from "../support/runtime"
import {
  type ClearEffect,
  type ClearLine,
  decodeLine,
  encodeLine,
  type HistoryLine,
  LineSums,
  type LineTuple,
  type NotedClear,
} from "./clear-line"

export interface RecentClears {
  /** The clears, newest first, at most 200. */
  readonly clears: readonly ClearLine[]
  /** False when nothing is shared, or Memcached could not be reached. The clears are then those that this process knows. */
  readonly complete: boolean
}

export interface ClearHistorySurroundings {
  readonly items: JsonItems
  /** The name of the item in Memcached. */
  readonly name: string
  readonly runtime: Runtime
  /** Returns whether a clear of this process still waits for Memcached. */
  readonly hasPending: () => boolean
  /** False when nothing is ever flushed, and notes stay in this process. */
  readonly isShared: boolean
  /** Called when there is something to write. */
  readonly onNote: () => void
}

const VERSION = 1

const MAX_LINES = 200

/** The size limit of the lines. It is below the limit of `JsonItems`, to leave room for the brackets. */
const MAX_BYTES = 60 * 1024

/** Seven days, in seconds: as long as statistics are kept. */
const TTL_SECONDS = 7 * 24 * 60 * 60

/**
 * Recent clears of all processes, for display only. They are in one item in Memcached, to which each process adds its
 * lines every few seconds. The item can be evicted, and a killed process loses the lines that it has not written.
 *
 * A swap whose answer was lost is repeated with the same lines, and their ids keep each of them single. A pending line
 * is written again as applied when this process has no pending clear any more.
 */
export class ClearHistory {
  readonly #around: ClearHistorySurroundings
  readonly #sums: LineSums
  /** Lines that are being written or wait for another attempt, oldest first. */
  #unwritten: readonly HistoryLine[] = []
  /** Lines that this process has written as pending. */
  #pending: readonly HistoryLine[] = []
  /** What clears have cost since the last flush, by their log version. */
  #effects = new Map<number, ClearEffect>()
  /** Lines as last seen in Memcached. */
  #known: readonly HistoryLine[] = []

  constructor(around: ClearHistorySurroundings) {
    this.#around = around
    this.#sums = new LineSums(() => around.runtime.randomId(6).toString("base64url"))
  }

  note(clear: NotedClear): void {
    // Take the lines over as a flush would. Otherwise the first clears of the process would be shown, not the newest.
    if (!this.#around.isShared && this.#sums.isCrowded) this.#unwritten = merged(this.#unwritten, this.#sums.take())
    this.#sums.add(clear)
    this.#around.onNote()
  }

  /** Notes that a lookup has missed because of the clear of this log version. */
  missed(version: number): void {
    const effect = this.#effectOf(version)
    if (!effect) return
    effect.misses += 1
    this.#around.onNote()
  }

  /** Notes what it took to build anew what such a lookup wanted, in microseconds. */
  rebuilt(version: number, micros: number): void {
    const effect = this.#effectOf(version)
    if (effect) effect.rebuildMicros += micros
  }

  /** Reads the recent clears. Never rejects. */
  async recent(): Promise<RecentClears> {
    const reading = await this.#around.items.read(this.#around.name)
    const complete = reading.status !== "unreachable"
    if (complete) this.#known = linesIn(reading.status === "ok" ? reading.value : undefined, this.#around.runtime.now())
    // When nothing is shared, lines are never written, so this is where pending ones become applied.
    const own = [...this.#unwritten, ...this.#sums.lines].map((line) => this.#asItIsNow(line))
    const lines = withEffects(merged(this.#known, own), this.#effects)
    return { clears: lines.reverse().map(withoutId), complete: complete && this.#around.isShared }
  }

  /**
   * Writes the waiting lines. Lines that cannot be written are kept for the next time, as far as they would still be
   * shown.
   */
  async flush(): Promise<void> {
    const delivered = this.#around.hasPending() ? [] : this.#pending
    const isIdle = this.#sums.isEmpty && this.#unwritten.length === 0 && delivered.length === 0
    if (isIdle && this.#effects.size === 0) return this.#awaitDelivery()
    // Decide each line's status now: a call that is noted later may be the first pending one.
    const sending = merged(
      this.#unwritten,
      [...delivered, ...this.#sums.take()].map((line) => this.#asItIsNow(line))
    )
    this.#pending = merged(
      this.#pending.filter((line) => !delivered.includes(line)),
      sending.filter((line) => line.status === "pending")
    )
    this.#unwritten = sending
    // Added once at most: if the answer is lost, nobody knows whether they were.
    const effects = this.#effects
    this.#effects = new Map()
    const { items, name, runtime } = this.#around
    const change = (old: unknown): unknown =>
      isOfLaterVersion(old, VERSION)
        ? undefined
        : toItem(withEffects(merged(linesIn(old, runtime.now()), sending), effects))
    const update = await items.update(name, change, TTL_SECONDS)
    if (update.status === "written" || update.status === "refused") {
      this.#unwritten = []
      if (update.status === "written") this.#known = linesIn(update.value, runtime.now())
    } else {
      this.#around.onNote()
    }
    this.#awaitDelivery()
  }

  #effectOf(version: number): ClearEffect | undefined {
    const known = this.#effects.get(version)
    if (known ?? this.#effects.size >= MAX_LINES) return known
    const effect = { misses: 0, rebuildMicros: 0 }
    this.#effects.set(version, effect)
    return effect
  }

  #asItIsNow(line: HistoryLine): HistoryLine {
    return line.status === "pending" && !this.#around.hasPending() ? { ...line, status: "applied" } : line
  }

  #awaitDelivery(): void {
    if (this.#pending.length > 0) this.#around.onNote()
  }
}

/** Merges lines: oldest first, each once, applied ones before pending ones, only the newest that fit. */
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

/** Adds each effect to the line of its clear. Of lines that cover its version, the most precise one gets it. */
function withEffects(lines: readonly HistoryLine[], effects: ReadonlyMap<number, ClearEffect>): HistoryLine[] {
  if (effects.size === 0) return [...lines]
  const sums = lines.map((line) => ({ ...line }))
  const spanOf = ({ versions }: HistoryLine): number => (versions ? versions[1] - versions[0] : Infinity)
  for (const [version, { misses, rebuildMicros }] of effects) {
    const covering = sums.filter(({ versions }) => versions && versions[0] <= version && version <= versions[1])
    const [line] = covering.sort((a, b) => spanOf(a) - spanOf(b))
    if (!line) continue
    line.misses += misses
    line.rebuildMicros += rebuildMicros
  }
  return sums
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
