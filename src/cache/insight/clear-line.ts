import { actorOf, CLEAR_ORIGINS, type ClearOrigin } from "../clear-author"
import { isFigure } from "../figure"
import { isPastTime } from "../wall-time"

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
export const MAX_SAMPLE = 5
const MAX_NAME_CHARS = 80

export const clipped = (name: string): string =>
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
