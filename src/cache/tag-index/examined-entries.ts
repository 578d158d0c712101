import { askAll } from "../support/ask"
import type { Entry } from "../codec/entry"
import { entryOf, largestItemOf } from "../entry-contents"
import type { LogReading } from "../log/log-reading"
import type { ServerLog } from "../log/server-log"
import type { Reply } from "../memcached/server"
import type { CacheOptions } from "../options"
import type { CacheParts } from "../parts"
import { nextTurn } from "../support/runtime"

/** What a lookup would find. */
export type EntryState =
  /** A lookup would serve it. */
  | "valid"
  /** Cleared since it was computed. */
  | "cleared"
  /** Stored under an earlier head, which is gone. */
  | "other_epoch"
  /** Not an entry, of another format, damaged, or too large for this process. */
  | "unreadable"
  /** Not stored, expired or evicted. */
  | "absent"
  /** Memcached cannot be reached, or a clear is pending. A lookup would be a miss. */
  | "unreachable"

export interface ExaminedEntry {
  readonly key: string
  readonly state: EntryState
  /** With bytes of its own. Undefined when nothing was read that can be decoded, or what was read is overdue. */
  readonly entry: Entry | undefined
  /** Undefined when the log could not be read. */
  readonly reading: LogReading | undefined
}

export type ExaminedParts = Pick<CacheParts, "cluster" | "log" | "keys" | "runtime"> & {
  readonly options: Pick<CacheOptions, "maxValueBytes">
}

/**
 * The number of entries that are read at once, and are in memory together. Each may have some 40 KB, and at most what a
 * server takes, 1 MB by default.
 */
const READ_AT_ONCE = 50

/**
 * Examines entries one after another, and judges each as a lookup of its key would, by a reading of the log that is sent
 * together with it. It has no side effects: no lease is taken, and no set takes its read version from it. Who stops
 * early reads no more. Never throws, and takes no longer than a lookup for each 50.
 */
export async function* examineEach(parts: ExaminedParts, keys: readonly string[]): AsyncGenerator<ExaminedEntry> {
  for (let start = 0; start < keys.length; start += READ_AT_ONCE) {
    if (start > 0) await nextTurn(parts.runtime)
    const some = keys.slice(start, start + READ_AT_ONCE)
    const read = parts.log.unreachable ? [] : await readEntries(parts, some)
    for (const [i, key] of some.entries()) yield examined(key, read[i], parts)
  }
}

interface ReadEntry {
  readonly reading: LogReading | undefined
  readonly reply: Reply | undefined
}

/** Reads entries, and once the log of each of their servers, in one round trip. The result has the keys' order. */
async function readEntries(
  { cluster, log, keys: names, options }: ExaminedParts,
  keys: readonly string[]
): Promise<ReadEntry[]> {
  const maxBytes = largestItemOf(options.maxValueBytes)
  const logs = keys.map((key) => log.of(names.entry(key)))
  const readings = new Map<ServerLog, LogReading | undefined>()
  const [replies] = await Promise.all([
    askAll(
      cluster,
      keys.map((key) => ({ op: "get", key: names.entry(key), maxBytes }))
    ),
    ...[...new Set(logs)].map(
      (each) => new Promise<void>((resolve) => log.read(each, (reading) => resolve(void readings.set(each, reading))))
    ),
  ])
  return logs.map((each, i) => ({ reading: readings.get(each), reply: replies[i] }))
}

function examined(key: string, read: ReadEntry | undefined, { runtime, options }: ExaminedParts): ExaminedEntry {
  const reading = read?.reading
  const as = (state: EntryState, entry?: Entry): ExaminedEntry => ({ key, state, entry, reading })
  if (read?.reply?.status === "missing") return as("absent")
  if (read?.reply?.status !== "ok" || !read.reply.value) return as("unreachable")
  const entry = entryOf(read.reply, key)
  if (!entry) return as("unreadable")
  if (entry.isOverdue(runtime)) return as("absent")
  const verdict = reading?.judge(entry) ?? "distrusted"
  if (verdict === "distrusted") return as("unreachable", entry)
  return as(verdict === "valid" && entry.rawBytes > options.maxValueBytes ? "unreadable" : verdict, entry)
}
