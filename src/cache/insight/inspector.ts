import { ask } from "../ask"
import { intactValue } from "../checksum"
import type { MemcachedServer, Reply } from "../memcached/server"
import { decompress } from "../codec/compression"
import { Entry, type Section } from "../codec/entry"
import { tagsOf } from "../entry-tags"
import { hashOfKey, hashOfTag } from "../hash"
import type { KeySpace } from "../keys"
import type { Head } from "../log/head"
import type { InvalidationLog } from "../log/invalidation-log"
import type { CacheOptions } from "../options"
import type { Runtime } from "../runtime"
import { within } from "../time-limit"
import { isTime } from "../figure"

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

const UNREACHABLE: Reply = { status: "unreachable" }

type InspectorLimits = Pick<CacheOptions, "lookupTimeoutMs" | "maxValueBytes">

interface Names {
  readonly serverFor: (name: string) => MemcachedServer
  readonly keys: KeySpace
}

/**
 * Looks at entries as a lookup does, and says what it would say and why. Nothing comes of it: it is not counted, takes no
 * lease, and no set takes its read version from it. It reads entries only: a key that looks like an item of the plugin's own names
 * another item.
 */
export class Inspector {
  readonly #log: InvalidationLog
  readonly #runtime: Runtime
  readonly #names: Names
  readonly #limits: InspectorLimits

  constructor(log: InvalidationLog, runtime: Runtime, names: Names, limits: InspectorLimits) {
    this.#log = log
    this.#runtime = runtime
    this.#names = names
    this.#limits = limits
  }

  /** Never rejects, and takes no longer than a lookup. */
  async inspect(key: string, options: InspectOptions = {}): Promise<EntryReport> {
    const [report] = await this.inspectAll([key], { previewChars: DEFAULT_PREVIEW_CHARS, ...options })
    return report ?? this.#blank(key, "unreachable")
  }

  /** A page of keys with one read of the head. No previews by default, so the payloads are not unpacked. */
  async inspectAll(keys: readonly string[], options: InspectOptions = {}): Promise<EntryReport[]> {
    if (keys.length === 0) return []
    if (this.#log.unreachable) return keys.map((key) => this.#blank(key, "unreachable"))
    const head = new Promise<Head | undefined>((resolve) => this.#log.readHead(resolve))
    const replies = keys.map((key) => {
      const name = this.#names.keys.entry(key)
      const reply = ask(this.#names.serverFor(name), { op: "get", key: name })
      return within(this.#runtime, this.#limits.lookupTimeoutMs, reply, UNREACHABLE)
    })
    const known = await within(this.#runtime, this.#limits.lookupTimeoutMs, this.#follow(head), undefined)
    const chars = Math.max(0, Math.min(Math.floor(options.previewChars ?? 0), MAX_PREVIEW_CHARS))
    return Promise.all(replies.map(async (reply, i) => this.#report(keys[i] ?? "", await reply, known, chars)))
  }

  /** The head, once the tag versions have come up to it. */
  async #follow(reading: Promise<Head | undefined>): Promise<Head | undefined> {
    const head = await reading
    return head && (await this.#log.advance(head)) ? head : undefined
  }

  async #report(key: string, reply: Reply, head: Head | undefined, previewChars: number): Promise<EntryReport> {
    if (reply.status === "missing") return this.#blank(key, "absent")
    if (reply.status !== "ok" || !reply.value) return this.#blank(key, "unreachable")
    const bytes = intactValue(reply)
    const entry = bytes && Entry.decode(bytes)
    if (!entry || entry.hashCount === 0 || entry.hashAt(0) !== hashOfKey(key)) return this.#blank(key, "unreadable")
    const tags = await tagsOf(entry)
    const state = this.#stateOf(entry, head)
    const json = previewChars > 0 ? await textOf(entry.payload, this.#limits.maxValueBytes) : ""
    const preview = cutOnCodePoint(json ?? "", previewChars)
    return {
      ...this.#blank(key, json === undefined ? "unreadable" : state),
      clearedBy: state === "cleared" ? this.#causeOf(entry, tags) : null,
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

  #stateOf(entry: Entry, head: Head | undefined): EntryState {
    return !head || this.#log.distrusted ? "unreachable" : this.#log.judge(entry, head)
  }

  #causeOf(entry: Entry, tags: readonly string[]): string | null {
    const cause = this.#log.causeOf(entry)
    if (cause === "everything") return "*"
    if (cause === "forgotten") return null
    if (cause === 0) return "key"
    return tags.find((tag) => hashOfTag(tag) === entry.hashAt(cause)) ?? null
  }

  #blank(key: string, state: EntryState): EntryReport {
    const name = this.#names.keys.entry(key)
    return {
      key,
      name,
      serverId: this.#names.serverFor(name).id,
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
