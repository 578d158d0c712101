import { actorOf, type ClearAuthor } from "../clear-author"
import { clipped, type HistoryLine, MAX_SAMPLE } from "./clear-line"

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
