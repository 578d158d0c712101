import { CLEAR_ORIGINS, type ClearAuthor, type ClearOrigin, actorOf } from "../clear-input"
import { isFigure, isPastTime } from "../figure"

/** What was cleared, in a line for people. */
export interface ClearLine {
  /** Of the newest call. */
  readonly atMs: number
  readonly origin: ClearOrigin
  readonly actorId: string | null
  /** pending: Memcached could not be told yet. */
  readonly status: "applied" | "pending"
  readonly everything: boolean
  /** Calls that this line sums up. */
  readonly calls: number
  /** Names given, counted as often as they were. */
  readonly tags: number
  readonly keys: number
  /** The first names, at most five, cut where they are long. */
  readonly sample: readonly string[]
}

/** A line that can be told from any other, so that writing it twice leaves one. */
export interface HistoryLine extends ClearLine {
  readonly id: string
}

/** As it stands in Memcached: without names, since there are two hundred of them in one item. */
export type LineTuple = readonly [
  id: string,
  atMs: number,
  origin: number,
  actorId: string | null,
  pending: 0 | 1,
  everything: 0 | 1,
  calls: number,
  tags: number,
  keys: number,
  sample: readonly string[],
]

export const encodeLine = (line: HistoryLine): LineTuple => [
  line.id,
  line.atMs,
  CLEAR_ORIGINS.indexOf(line.origin),
  line.actorId,
  line.status === "pending" ? 1 : 0,
  line.everything ? 1 : 0,
  line.calls,
  line.tags,
  line.keys,
  line.sample,
]

/** More than an id of this version has. */
const MAX_ID_CHARS = 40

/** Names in a line. */
const MAX_SAMPLE = 5
const MAX_NAME_CHARS = 80

const clipped = (name: string): string =>
  name.length <= MAX_NAME_CHARS ? name : `${name.slice(0, MAX_NAME_CHARS - 1)}…`

/** undefined: not a line. Another version may have written it, or whoever else can. */
export function decodeLine(tuple: unknown, nowMs: number): HistoryLine | undefined {
  if (!Array.isArray(tuple)) return undefined
  const [id, atMs, originIndex, actorId, pending, everything, calls, tags, keys, sample] = tuple as unknown[]
  const origin = typeof originIndex === "number" ? CLEAR_ORIGINS[originIndex] : undefined
  if (typeof id !== "string" || id.length > MAX_ID_CHARS || origin === undefined) return undefined
  if (!isPastTime(atMs, nowMs) || !isFigure(calls) || !isFigure(tags) || !isFigure(keys)) return undefined
  if (!Array.isArray(sample)) return undefined
  return {
    id,
    atMs,
    origin,
    actorId: typeof actorId === "string" ? actorOf({ origin, actorId }) : null,
    status: pending === 1 ? "pending" : "applied",
    everything: everything === 1,
    calls,
    tags,
    keys,
    sample: sample
      .filter((name) => typeof name === "string")
      .slice(0, MAX_SAMPLE)
      .map(clipped),
  }
}

/** A call, as the history sees it. */
export interface NotedClear {
  readonly atMs: number
  readonly author: ClearAuthor
  readonly status: "applied" | "pending"
  readonly everything: boolean
  readonly tags: readonly string[]
  readonly keys: readonly string[]
}

type Sum = { -readonly [Name in keyof HistoryLine]: HistoryLine[Name] } & { sample: string[] }

/**
 * What somebody did on purpose has a line of its own; a thousand events of an import share one, and so do the batches of a
 * bulk invalidation, whose author is its own id.
 */
const OWN_LINE_ORIGINS: ReadonlySet<string> = new Set(["admin", "api_key"])

/** Beyond it, also what was done on purpose is summed. */
const MAX_OWN_LINES = 20

/** Different authors, mostly one or two. Beyond it, calls of an author who is not known yet are not written down. */
const MAX_LINES = 200

/** Calls since the last flush, as lines. */
export class LineSums {
  readonly #newId: () => string
  #lines: Sum[] = []
  #byGroup = new Map<string, Sum>()

  constructor(newId: () => string) {
    this.#newId = newId
  }

  get isEmpty(): boolean {
    return this.#lines.length === 0
  }

  /** From now on, also what is done on purpose is summed. */
  get isCrowded(): boolean {
    return this.#lines.length >= MAX_OWN_LINES
  }

  get lines(): readonly HistoryLine[] {
    return this.#lines
  }

  add(clear: NotedClear): void {
    const { author, status, everything } = clear
    const actorId = actorOf(author)
    const alone = OWN_LINE_ORIGINS.has(author.origin) && !this.isCrowded
    const group = JSON.stringify([author.origin, actorId, status, everything])
    let line = alone ? undefined : this.#byGroup.get(group)
    if (!line) {
      if (this.#lines.length >= MAX_LINES) return
      const { origin } = author
      const nothing = { calls: 0, tags: 0, keys: 0, sample: [] }
      line = { id: this.#newId(), atMs: clear.atMs, origin, actorId, status, everything, ...nothing }
      this.#lines.push(line)
      if (!alone) this.#byGroup.set(group, line)
    }
    line.atMs = clear.atMs
    line.calls += 1
    line.tags += clear.tags.length
    line.keys += clear.keys.length
    addToSample(line.sample, clear.keys)
    addToSample(line.sample, clear.tags)
  }

  /** Hands the lines over and starts anew. */
  take(): readonly HistoryLine[] {
    const lines = this.#lines
    this.#lines = []
    this.#byGroup = new Map()
    return lines
  }
}

function addToSample(sample: string[], names: readonly string[]): void {
  for (const name of names) {
    if (sample.length >= MAX_SAMPLE) return
    const shown = clipped(name)
    if (!sample.includes(shown)) sample.push(shown)
  }
}
