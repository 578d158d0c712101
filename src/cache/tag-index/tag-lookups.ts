import type { Entry } from "../codec/entry"
import { contentsOf } from "../entry-contents"
import { examineEach } from "./examined-entries"
import { hashOfTag } from "../support/hash"
import type { CacheObserver } from "../observer"
import type { CacheParts } from "../parts"
import { nextTurn } from "../support/runtime"
import { within } from "../support/time-limit"

/**
 * The JSON after which nothing more is looked up, in bytes. As objects it takes twice as much memory, and it is
 * read and parsed in half of the time that a lookup has by default.
 */
const MAX_FOUND_BYTES = 32 * 1024 * 1024

/** The JSON that is parsed before other work has its turn, in bytes: some 5 ms. A single larger value takes longer. */
const TURN_BYTES = 512 * 1024

/**
 * Looks up data by tags. Such a lookup reads much that is not read again soon, so it leaves the copies of entries in
 * this process as they are.
 */
export class TagLookups {
  readonly #parts: CacheParts
  readonly #observer: Pick<CacheObserver, "serving">

  constructor(parts: CacheParts, observer: Pick<CacheObserver, "serving">) {
    this.#parts = parts
    this.#observer = observer
  }

  /**
   * Returns the data of entries that have one of these tags, the newest first: as much as is found within the time-out
   * of a lookup, and 32 MB of JSON and one value at most. Never rejects.
   */
  async find(tags: readonly string[]): Promise<unknown[]> {
    const { runtime, options } = this.#parts
    const dueAt = runtime.elapsed() + options.lookupTimeoutMs
    const found: unknown[] = []
    const search = this.#search(tags, found, () => runtime.elapsed() >= dueAt)
    await within(runtime, options.lookupTimeoutMs, search, undefined)
    // Copied, since the search may add what it is at.
    return [...found]
  }

  async #search(tags: readonly string[], found: unknown[], isOver: () => boolean): Promise<void> {
    const { index, runtime } = this.#parts
    const wanted = new Set(tags.map(hashOfTag))
    const keys = await index.jsonKeysOf(tags, isOver)
    const absent: string[] = []
    let foundBytes = 0
    let turnBytes = 0
    for await (const { key, state, entry } of examineEach(this.#parts, keys)) {
      if (isOver() || foundBytes >= MAX_FOUND_BYTES) break
      if (state === "absent") {
        index.noteAbsent(key)
        absent.push(key)
      }
      if (state !== "valid" || !entry || entry.isAnswer || !entry.carries(wanted, "any")) continue
      foundBytes += entry.rawBytes
      turnBytes += entry.rawBytes
      await this.#open(entry, found)
      if (turnBytes < TURN_BYTES) continue
      turnBytes = 0
      await nextTurn(runtime)
    }
    if (absent.length > keys.length / 2) void index.sweep(tags, absent)
  }

  async #open(entry: Entry, found: unknown[]): Promise<void> {
    try {
      const { json, entry: opened } = await contentsOf(entry, this.#parts.options.maxValueBytes)
      found.push(JSON.parse(json))
      this.#observer.serving(opened, this.#parts.runtime.elapsed())
    } catch {
      // Damaged inside, and so a miss.
    }
  }
}
