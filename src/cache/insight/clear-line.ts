import { CLEAR_ORIGINS, type ClearAuthor, type ClearOrigin, actorOf } from "../clear-input"
import { isFigure, isPastTime } from "../support/figure"

/** One line of the clear history. */
export interface ClearLine {
  /** The time of the newest call. */
  readonly atMs: number
  readonly origin: ClearOrigin
  readonly actorId: string | null
  /** pending: Memcached could not be reached yet. */
  readonly status: "applied" | "pending"
  readonly everything: boolean
  /** The number of calls in this line. */
  readonly calls: number
  /** The number of given names. Repeated names count each time. */
  readonly tags: number
  readonly keys: number
  /** The first names, at most five, long ones cut. Names of single things come before those of lists. */
  readonly sample: readonly string[]
  /** The log versions of the first and the last call. Null while it is pending, or when they are unknown. */
  readonly versions: readonly [first: number, last: number] | null
  /** Lookups that missed because of it. It may be too low, but never too high. */
  readonly misses: number
  /** What it took to build anew what these lookups wanted, in microseconds. */
  readonly rebuildMicros: number
}

/** A line with a unique id, so that writing it twice leaves one. */
export interface HistoryLine extends ClearLine {
  readonly id: string
}

/** A line as stored in Memcached. It has no field names, because one item holds two hundred lines. */
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
  firstVersion: number,
  lastVersion: number,
  misses: number,
  rebuildMicros: number,
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
  line.versions?.[0] ?? 0,
  line.versions?.[1] ?? 0,
  line.misses,
  line.rebuildMicros,
]

/** The length limit of an id, above that of this version's ids. */
const MAX_ID_CHARS = 40

/** The number of names in a line. */
const MAX_SAMPLE = 5
const MAX_NAME_CHARS = 80

const clipped = (name: string): string =>
  name.length <= MAX_NAME_CHARS ? name : `${name.slice(0, MAX_NAME_CHARS - 1)}…`

/**
 * Returns undefined for anything that is not a line. Another version may have written it, or anyone else with access.
 */
export function decodeLine(tuple: unknown, nowMs: number): HistoryLine | undefined {
  if (!Array.isArray(tuple)) return undefined
  const [id, atMs, originIndex, actorId, pending, everything, calls, tags, keys, sample, ...effects] =
    tuple as unknown[]
  const origin = typeof originIndex === "number" ? CLEAR_ORIGINS[originIndex] : undefined
  if (typeof id !== "string" || id.length > MAX_ID_CHARS || origin === undefined) return undefined
  if (!isPastTime(atMs, nowMs) || !isFigure(calls) || !isFigure(tags) || !isFigure(keys)) return undefined
  if (!Array.isArray(sample)) return undefined
  const [first, last, misses, rebuildMicros] = effects.map((figure) => (isFigure(figure) ? figure : 0))
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
    versions: first && last ? [first, last] : null,
    misses: misses ?? 0,
    rebuildMicros: rebuildMicros ?? 0,
  }
}

/** A call to be noted in the history. */
export interface NotedClear {
  readonly atMs: number
  readonly author: ClearAuthor
  readonly status: "applied" | "pending"
  /** Its log version, when it is known. */
  readonly version: number | undefined
  readonly everything: boolean
  readonly tags: readonly string[]
  readonly keys: readonly string[]
}

type Sum = { -readonly [Name in keyof HistoryLine]: HistoryLine[Name] } & { sample: string[] }

/** What a clear has cost since the last flush. */
export interface ClearEffect {
  misses: number
  rebuildMicros: number
}

/**
 * Origins whose calls get a line each, because somebody made them on purpose. The thousand events of an import share a
 * line, and so do the batches of a bulk invalidation, whose author is its own id.
 */
const OWN_LINE_ORIGINS: ReadonlySet<string> = new Set(["admin", "api_key"])

/** The most lines of single calls. Beyond it, calls made on purpose are summed as well. */
const MAX_OWN_LINES = 20

/**
 * The most lines for different authors, of which there are usually one or two. Beyond it, calls of a new author are not
 * recorded.
 */
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

  /** Whether calls made on purpose are now summed, too. */
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
    const group = `${author.origin} ${status} ${everything} ${actorId}`
    let line = alone ? undefined : this.#byGroup.get(group)
    if (!line) {
      if (this.#lines.length >= MAX_LINES) return
      const { origin } = author
      const nothing = { calls: 0, tags: 0, keys: 0, sample: [], versions: null, misses: 0, rebuildMicros: 0 }
      line = { id: this.#newId(), atMs: clear.atMs, origin, actorId, status, everything, ...nothing }
      this.#lines.push(line)
      if (!alone) this.#byGroup.set(group, line)
    }
    line.atMs = clear.atMs
    line.calls += 1
    line.tags += clear.tags.length
    line.keys += clear.keys.length
    const { version } = clear
    if (version) line.versions = [Math.min(line.versions?.[0] ?? version, version), version]
    addToSample(line.sample, clear.keys)
    addToSample(line.sample, clear.tags, (tag) => !isListTag(tag))
    addToSample(line.sample, clear.tags, isListTag)
  }

  /** Hands over the lines and starts anew. */
  take(): readonly HistoryLine[] {
    const lines = this.#lines
    this.#lines = []
    this.#byGroup = new Map()
    return lines
  }
}

const isListTag = (tag: string): boolean => tag.endsWith(":list:*")

function addToSample(sample: string[], names: readonly string[], isWanted = (_name: string): boolean => true): void {
  for (const name of names) {
    if (sample.length >= MAX_SAMPLE) return
    if (!isWanted(name)) continue
    const shown = clipped(name)
    if (!sample.includes(shown)) sample.push(shown)
  }
}
