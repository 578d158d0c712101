import { askAll } from "../ask"
import { decompress } from "../codec/compression"
import type { Entry, Section } from "../codec/entry"
import { tagsOf } from "../entry-tags"
import { isTime } from "../figure"
import { hashOfTag } from "../hash"
import type { LogReading } from "../log/log-reading"
import type { ClearCause } from "../log/tag-versions"
import { entryOf } from "../lookup"
import type { Reply } from "../memcached/server"
import type { CacheOptions } from "../options"
import type { CacheParts } from "../parts"

export type EntryState =
  /** A lookup would serve it. */
  | "valid"
  /** Cleared since it was computed. */
  | "cleared"
  /** Stored under a head that is gone. */
  | "other_epoch"
  /** Not reported by the inspector: what has expired is not there any more, see `absent`. */
  | "expired"
  /** Not an entry, another format, damaged. */
  | "unreadable"
  /** Nothing stored, expired or evicted. */
  | "absent"
  /** Memcached cannot be asked, or a clear is pending: a lookup would be a miss. */
  | "unreachable"

export interface EntryReport {
  readonly key: string
  /** Of the item in Memcached. */
  readonly name: string
  readonly serverId: string
  readonly state: EntryState
  /** The tag whose clear voided it, "key", or "*"; null when it is not cleared, or the log no longer knows. */
  readonly clearedBy: string | null
  /** Of the data before and after compression. */
  readonly rawBytes: number
  readonly bytes: number
  readonly storedAtMs: number | null
  /** null: never, or nothing is known. */
  readonly expiresAtMs: number | null
  readonly autoInvalidate: boolean
  readonly costMicros: number
  readonly tags: readonly string[]
  /** The beginning of the JSON. */
  readonly preview: string
  readonly previewTruncated: boolean
}

export interface InspectOptions {
  /** UTF-16 units. @default 2,000. @maximum 10,000 */
  readonly previewChars?: number
}

const DEFAULT_PREVIEW_CHARS = 2_000
const MAX_PREVIEW_CHARS = 10_000

type InspectedParts = Pick<CacheParts, "cluster" | "log" | "keys"> & {
  readonly options: Pick<CacheOptions, "maxValueBytes">
}

/**
 * Looks at entries as a lookup does, and says what it would say and why. Nothing comes of it: it is not counted, takes no
 * lease, and no set takes its read version from it. It reads entries only: a key that looks like an item of the plugin's own names
 * another item.
 */
export class Inspector {
  readonly #parts: InspectedParts

  constructor(parts: InspectedParts) {
    this.#parts = parts
  }

  /** Never rejects, and takes no longer than a lookup. */
  async inspect(key: string, options: InspectOptions = {}): Promise<EntryReport> {
    const [report] = await this.inspectAll([key], { previewChars: DEFAULT_PREVIEW_CHARS, ...options })
    return report ?? this.#blank(key, "unreachable")
  }

  /** A page of keys with one reading of the log. No previews by default, so the payloads are not unpacked. */
  async inspectAll(keys: readonly string[], options: InspectOptions = {}): Promise<EntryReport[]> {
    if (keys.length === 0) return []
    const { cluster, log, keys: names } = this.#parts
    if (log.unreachable) return keys.map((key) => this.#blank(key, "unreachable"))
    const [reading, replies] = await Promise.all([
      new Promise<LogReading | undefined>((resolve) => log.read(resolve)),
      askAll(
        cluster,
        keys.map((key) => ({ op: "get", key: names.entry(key) }))
      ),
    ])
    const chars = Math.max(0, Math.min(Math.floor(options.previewChars ?? 0), MAX_PREVIEW_CHARS))
    return Promise.all(keys.map((key, i) => this.#report(key, replies[i], reading, chars)))
  }

  async #report(
    key: string,
    reply: Reply | undefined,
    reading: LogReading | undefined,
    previewChars: number
  ): Promise<EntryReport> {
    if (reply?.status === "missing") return this.#blank(key, "absent")
    if (reply?.status !== "ok" || !reply.value) return this.#blank(key, "unreachable")
    const entry = entryOf(reply, key)
    if (!entry) return this.#blank(key, "unreadable")
    const tags = await tagsOf(entry)
    const verdict = reading?.judge(entry) ?? "distrusted"
    const state = verdict === "distrusted" ? "unreachable" : verdict
    const json = previewChars > 0 ? await textOf(entry.payload, this.#parts.options.maxValueBytes) : ""
    const preview = cutOnCodePoint(json ?? "", previewChars)
    return {
      ...this.#blank(key, json === undefined ? "unreadable" : state),
      clearedBy: reading && state === "cleared" ? nameOf(reading.causeOf(entry), entry, tags) : null,
      rawBytes: entry.rawBytes,
      bytes: entry.payloadBytes,
      storedAtMs: isTime(entry.storedAtMs) ? entry.storedAtMs : null,
      expiresAtMs: entry.expiresAtMs === 0 || !isTime(entry.expiresAtMs) ? null : entry.expiresAtMs,
      autoInvalidate: entry.autoInvalidate,
      costMicros: entry.costMicros,
      tags,
      preview,
      previewTruncated: preview.length < (json?.length ?? 0),
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
      rawBytes: 0,
      bytes: 0,
      storedAtMs: null,
      expiresAtMs: null,
      autoInvalidate: true,
      costMicros: 0,
      tags: [],
      preview: "",
      previewTruncated: false,
    }
  }
}

/** null: the log no longer knows, or the entry does not have its name. */
function nameOf(cause: ClearCause, entry: Entry, tags: readonly string[]): string | null {
  if (cause === "everything") return "*"
  if (cause === "forgotten") return null
  if (cause === 0) return "key"
  return tags.find((tag) => hashOfTag(tag) === entry.hashAt(cause)) ?? null
}

/** undefined: damaged. */
async function textOf(section: Section, maxBytes: number): Promise<string | undefined> {
  try {
    return (await decompress(section, maxBytes)).toString("utf8")
  } catch {
    return undefined
  }
}

/** Not between the two halves of a character outside of the basic plane. */
function cutOnCodePoint(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text
  const last = text.charCodeAt(maxChars - 1)
  const isFirstHalf = last >= 0xd800 && last <= 0xdbff
  return text.slice(0, isFirstHalf ? maxChars - 1 : maxChars)
}
