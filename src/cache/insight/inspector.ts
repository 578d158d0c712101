import { askAll } from "../ask"
import { readable } from "../codec/json"
import type { Entry } from "../codec/entry"
import { type Contents, contentsOf, tagsOf } from "../entry-contents"
import { isTime } from "../figure"
import { type Hash, hashOfKey, hashOfTag } from "../hash"
import type { LogReading } from "../log/log-reading"
import type { ServerLog } from "../log/server-log"
import type { ClearCause } from "../log/tag-versions"
import { entryOf } from "../lookup"
import type { Reply } from "../memcached/server"
import type { CacheOptions } from "../options"
import type { CacheParts } from "../parts"
import { nextTurn, type Runtime } from "../runtime"
import { costOf, type RememberedKeys } from "./remembered-keys"

export type EntryState =
  /** A lookup would serve it. */
  | "valid"
  /** Cleared since it was computed. */
  | "cleared"
  /** Stored under an earlier head, which is gone. */
  | "other_epoch"
  /** Never reported by the inspector: an expired entry does not exist any more, see `absent`. */
  | "expired"
  /** Not an entry, of another format, or damaged. */
  | "unreadable"
  /** Not stored, expired or evicted. */
  | "absent"
  /** Memcached cannot be reached, or a clear is pending. A lookup would be a miss. */
  | "unreachable"

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

/** The number of entries that are unfolded between two turns of the event loop. */
const REPORTS_AT_ONCE = 10

/** Reads entries as lookups do: with one reading of each log, sent at the same time. The result has the keys' order. */
export async function readEntries(
  { cluster, log, keys: names }: Pick<CacheParts, "cluster" | "log" | "keys">,
  keys: readonly string[]
): Promise<readonly ReadEntry[]> {
  const logs = keys.map((key) => log.of(names.entry(key)))
  const readings = new Map<ServerLog, LogReading | undefined>()
  const [replies] = await Promise.all([
    askAll(
      cluster,
      keys.map((key) => ({ op: "get", key: names.entry(key) }))
    ),
    ...[...new Set(logs)].map(
      (each) => new Promise<void>((resolve) => each.read((reading) => resolve(void readings.set(each, reading))))
    ),
  ])
  return logs.map((each, i) => ({ reading: readings.get(each), reply: replies[i] }))
}

export interface ReadEntry {
  /** Undefined when the log could not be read. */
  readonly reading: LogReading | undefined
  readonly reply: Reply | undefined
}

export const NOT_READ: ReadEntry = { reading: undefined, reply: undefined }

type InspectedParts = Pick<CacheParts, "cluster" | "log" | "keys" | "runtime"> & {
  readonly options: Pick<CacheOptions, "maxValueBytes">
}

/**
 * Examines entries as a lookup does, and reports the outcome and its reason. It has no side effects: nothing is
 * counted, no lease is taken, and no set takes its read version from it. It reads entries only. A key that looks like
 * an item of the plugin's own refers to another item.
 */
export class Inspector {
  readonly #parts: InspectedParts
  readonly #remembered: Pick<RememberedKeys, "explain" | "get">

  constructor(parts: InspectedParts, remembered: Pick<RememberedKeys, "explain" | "get">) {
    this.#parts = parts
    this.#remembered = remembered
  }

  /** Examines one entry. Never rejects, and takes no longer than a lookup. */
  async inspect(key: string, options: InspectOptions = {}): Promise<EntryReport> {
    const [report] = await this.#inspect([key], { previewChars: DEFAULT_PREVIEW_CHARS, ...options }, clearsOf)
    return report ?? this.#blank(key, "unreachable")
  }

  /**
   * Examines several keys with one reading of the log. By default there are no previews. It leaves out `log` and `clears`,
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
    if (keys.length === 0) return []
    if (this.#parts.log.unreachable) return keys.map((key) => this.#blank(key, "unreachable"))
    const read = await readEntries(this.#parts, keys)
    const chars = Math.max(0, Math.min(Math.floor(options.previewChars ?? 0), MAX_PREVIEW_CHARS))
    const reports: EntryReport[] = []
    for (const [i, key] of keys.entries()) {
      // Unfolding a page of product lists at once would delay other work.
      if (i % REPORTS_AT_ONCE === REPORTS_AT_ONCE - 1) await nextTurn(this.#parts.runtime)
      reports.push(await this.#report(key, read[i] ?? NOT_READ, chars, tellClears))
    }
    return reports
  }

  async #report(key: string, read: ReadEntry, previewChars: number, tellClears: typeof clearsOf): Promise<EntryReport> {
    const { reading } = read
    const { state, entry } = examined(key, read, this.#parts.runtime)
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

/** Judges what was read of a key as a lookup does. */
export function examined(
  key: string,
  { reply, reading }: ReadEntry,
  runtime: Pick<Runtime, "now">
): { readonly state: EntryState; readonly entry?: Entry } {
  if (reply?.status === "missing") return { state: "absent" }
  if (reply?.status !== "ok" || !reply.value) return { state: "unreachable" }
  const entry = entryOf(reply, key)
  if (!entry) return { state: "unreadable" }
  if (entry.isOverdue(runtime)) return { state: "absent" }
  const verdict = reading?.judge(entry) ?? "distrusted"
  return { state: verdict === "distrusted" ? "unreachable" : verdict, entry }
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
