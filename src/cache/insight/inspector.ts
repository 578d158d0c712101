import { readable } from "../codec/json"
import type { Entry } from "../codec/entry"
import { type Contents, contentsOf, tagsOf } from "../entry-contents"
import { type EntryState, examineEach, type ExaminedEntry, type ExaminedParts } from "../tag-index/examined-entries"
import { isTime } from "../support/figure"
import { type Hash, hashOfKey, hashOfTag } from "../support/hash"
import type { LogReading } from "../log/log-reading"
import type { ClearCause } from "../log/tag-versions"
import { nextTurn } from "../support/runtime"
import { costOf, type RememberedKeys } from "./remembered-keys"

export interface EntryReport {
  readonly key: string
  /** The name of the item in Memcached. */
  readonly name: string
  readonly serverId: string
  readonly state: EntryState
  /**
   * The tag whose clear voided the entry, "key" or "*". Null when the entry is not cleared, or when the log no longer
   * knows.
   */
  readonly clearedBy: string | null
  /**
   * Why there is no entry, as far as this process remembers the key. "new" means that it has not met it. Null unless the
   * state is "absent".
   */
  readonly absentBecause: ReturnType<RememberedKeys["explain"]> | null
  /** The size of the data before compression. */
  readonly rawBytes: number
  /** The size as stored. */
  readonly bytes: number
  readonly storedAtMs: number | null
  /** Null when the entry never expires, or when nothing is known. */
  readonly expiresAtMs: number | null
  readonly autoInvalidate: boolean
  readonly costMicros: number
  readonly tags: readonly string[]
  /** The version of the log that was read before the data was. Null without an entry of the log's epoch. */
  readonly readVersion: number | null
  /** Null while the log cannot be read. */
  readonly log: { readonly version: number; readonly horizon: number } | null
  /**
   * The last clears of the key, of its tags and of everything, as far as the log knows them. Those with a version above
   * `readVersion` void the entry.
   */
  readonly clears: readonly KnownClear[]
  /** The beginning of the JSON. Empty for an answer, which may be compressed in any way. */
  readonly preview: string
  readonly previewTruncated: boolean
}

interface KnownClear {
  /** A tag, "key" or "*", as in `clearedBy`. */
  readonly of: string
  readonly version: number
}

export interface InspectOptions {
  /** The length in UTF-16 units. @default 2,000. @maximum 10,000 */
  readonly previewChars?: number
}

const DEFAULT_PREVIEW_CHARS = 2_000
const MAX_PREVIEW_CHARS = 10_000

/** The number of entries that are unfolded between two turns of the event loop, and the size of their data in bytes. */
const REPORTS_AT_ONCE = 10
const BYTES_AT_ONCE = 2 * 1024 * 1024

/**
 * Reports what a lookup would find, and why. Nothing is counted. It reads entries only. A key that looks like an item of
 * the plugin's own refers to another item.
 */
export class Inspector {
  readonly #parts: ExaminedParts
  readonly #remembered: Pick<RememberedKeys, "explain" | "get">

  constructor(parts: ExaminedParts, remembered: Pick<RememberedKeys, "explain" | "get">) {
    this.#parts = parts
    this.#remembered = remembered
  }

  /** Examines one entry. Never rejects, and takes no longer than a lookup. */
  async inspect(key: string, options: InspectOptions = {}): Promise<EntryReport> {
    const [report] = await this.#inspect([key], { previewChars: DEFAULT_PREVIEW_CHARS, ...options }, clearsOf)
    return report ?? this.#blank(key, "unreachable")
  }

  /**
   * Examines several keys, with one reading of each log for 50 of them. By default there are no previews. It leaves out `log` and `clears`,
   * for which each name of a tag is hashed.
   */
  inspectAll(keys: readonly string[], options: InspectOptions = {}): Promise<EntryReport[]> {
    return this.#inspect(keys, options, () => NO_CLEARS)
  }

  async #inspect(
    keys: readonly string[],
    options: InspectOptions,
    tellClears: typeof clearsOf
  ): Promise<EntryReport[]> {
    const chars = Math.max(0, Math.min(Math.floor(options.previewChars ?? 0), MAX_PREVIEW_CHARS))
    const reports: EntryReport[] = []
    let unfoldedBytes = 0
    for await (const examined of examineEach(this.#parts, keys)) {
      // Unfolding a page of product lists at once would delay other work.
      if (reports.length % REPORTS_AT_ONCE === REPORTS_AT_ONCE - 1 || unfoldedBytes >= BYTES_AT_ONCE) {
        await nextTurn(this.#parts.runtime)
        unfoldedBytes = 0
      }
      unfoldedBytes += examined.entry?.rawBytes ?? 0
      reports.push(await this.#report(examined, chars, tellClears))
    }
    return reports
  }

  async #report(examined: ExaminedEntry, previewChars: number, tellClears: typeof clearsOf): Promise<EntryReport> {
    const { key, state, entry, reading } = examined
    if (!entry) return { ...this.#blank(key, state), ...tellClears(reading, [hashOfKey(key)], []) }
    const { maxValueBytes } = this.#parts.options
    const isUnfolded = previewChars > 0 && !entry.isAnswer
    const contents = isUnfolded ? await readableContents(entry, maxValueBytes) : { json: "", entry }
    const tags = tagsOf(contents?.entry ?? entry, maxValueBytes)
    const beginning = readable(contents?.json ?? "", previewChars)
    const preview = cutOnCodePoint(beginning, previewChars)
    return {
      ...this.#blank(key, contents ? state : "unreadable"),
      clearedBy: reading && state === "cleared" ? nameOf(reading.causeOf(entry), entry, tags) : null,
      rawBytes: entry.rawBytes,
      bytes: entry.storedBytes,
      storedAtMs: isTime(entry.storedAtMs) ? entry.storedAtMs : null,
      expiresAtMs: entry.expiresAtMs === 0 || !isTime(entry.expiresAtMs) ? null : entry.expiresAtMs,
      autoInvalidate: entry.autoInvalidate,
      costMicros: costOf(this.#remembered.get(hashOfKey(key)), entry.costMicros),
      tags,
      readVersion: entry.epoch === reading?.version.epoch ? entry.version : null,
      ...tellClears(reading, hashesOf(entry), tags, entry.autoInvalidate),
      preview,
      previewTruncated: preview.length < beginning.length,
    }
  }

  #blank(key: string, state: EntryState): EntryReport {
    const { cluster, keys } = this.#parts
    const name = keys.entry(key)
    return {
      key,
      name,
      serverId: cluster.serverOf(name).id,
      state,
      clearedBy: null,
      absentBecause: state === "absent" ? this.#remembered.explain(hashOfKey(key), "absent") : null,
      rawBytes: 0,
      bytes: 0,
      storedAtMs: null,
      expiresAtMs: null,
      autoInvalidate: true,
      costMicros: 0,
      tags: [],
      readVersion: null,
      log: null,
      clears: [],
      preview: "",
      previewTruncated: false,
    }
  }
}

const NO_CLEARS: Pick<EntryReport, "log" | "clears"> = { log: null, clears: [] }

/** Returns null when the log no longer knows the cause, or the entry has no name for it. */
function nameOf(cause: ClearCause, entry: Entry, tags: readonly string[]): string | null {
  if (cause === "everything") return "*"
  if (cause === "forgotten") return null
  if (cause === 0) return "key"
  return tags.find((tag) => hashOfTag(tag) === entry.hashAt(cause)) ?? null
}

const hashesOf = (entry: Entry): Hash[] => Array.from({ length: entry.hashCount }, (_, i) => entry.hashAt(i))

/** Returns what the log knows of clears. The first hash is the key's; those of tags without a name are left out. */
function clearsOf(
  reading: LogReading | undefined,
  hashes: readonly Hash[],
  tags: readonly string[],
  autoInvalidate = true
): Pick<EntryReport, "log" | "clears"> {
  const known = reading?.lastClears({ hashes, autoInvalidate })
  if (!reading || !known) return NO_CLEARS
  const names = new Map(tags.map((tag) => [hashOfTag(tag), tag]))
  const clears = known.everything > 0 ? [{ of: "*", version: known.everything }] : []
  hashes.forEach((hash, i) => {
    const of = i === 0 ? "key" : names.get(hash)
    const version = known.named[i] ?? 0
    if (of !== undefined && version > 0) clears.push({ of, version })
  })
  return { log: { version: reading.version.version, horizon: known.horizon }, clears }
}

/** Returns undefined for a damaged payload. */
async function readableContents(entry: Entry, maxBytes: number): Promise<Contents | undefined> {
  try {
    return await contentsOf(entry, maxBytes)
  } catch {
    return undefined
  }
}

/** Cuts text, but never between the two halves of a surrogate pair. */
function cutOnCodePoint(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text
  const last = text.charCodeAt(maxChars - 1)
  const isFirstHalf = last >= 0xd800 && last <= 0xdbff
  return text.slice(0, isFirstHalf ? maxChars - 1 : maxChars)
}
