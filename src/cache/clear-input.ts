export interface ClearInput {
  readonly key?: string
  /** Several keys, cleared together with the tags in one clear. Ignored when `key` is given. */
  readonly keys?: readonly string[]
  /** Tags to clear; "*" is everything under the prefix. Ignored when `key` is given. */
  readonly tags?: readonly string[]
  /**
   * - Absent: an explicit clear, which voids every entry.
   * - `autoInvalidate: true`: a clear as by an event, which spares entries stored with `autoInvalidate: false`.
   * - Any other object: the tags are not cleared.
   *
   * Keys and "*" ignore it.
   */
  readonly options?: { readonly autoInvalidate?: boolean }
}

/** The targets of a call. */
export interface NamedTargets {
  readonly everything: boolean
  /** Whether the tags are cleared automatically. Keys are always cleared explicitly. */
  readonly automatic: boolean
  readonly keys: readonly string[]
  readonly tags: readonly string[]
}

const EVERYTHING = "*"

/** Returns undefined when the call names nothing. */
export function targetsOf({ key, keys = [], tags = [], options }: ClearInput): NamedTargets | undefined {
  if (key) return { everything: false, automatic: false, keys: [key], tags: [] }
  if (tags.includes(EVERYTHING)) return { everything: true, automatic: false, keys: [], tags: [] }
  const meansTags = options === undefined || options.autoInvalidate === true
  const names = meansTags ? tags.map(String) : []
  if (keys.length + names.length === 0) return undefined
  return { everything: false, automatic: options !== undefined, keys, tags: names }
}

/** Returns the author of a call that does not give one. Automatic clears are core's own. */
export const authorOf = (targets: NamedTargets): ClearAuthor => (targets.automatic ? EVENT : CODE)

const EVENT: ClearAuthor = { origin: "event" }
const CODE: ClearAuthor = { origin: "code" }

export type ClearOrigin =
  /** Medusa itself: something was created, updated or deleted. */
  | "event"
  /** The shop's own call of the Caching Module. */
  | "code"
  /** A user of the dashboard. */
  | "admin"
  | "api_key"
  | "workflow"

/** The origins in the order of their numbers in items. Append new ones. */
export const CLEAR_ORIGINS: readonly ClearOrigin[] = ["event", "code", "admin", "api_key", "workflow"]

/** Who clears, for display only. */
export interface ClearAuthor {
  readonly origin: ClearOrigin
  /** The id of the user, the API key or the workflow's transaction. */
  readonly actorId?: string
}

const MAX_ACTOR_CHARS = 80

/** Returns the actor as stored. Ids are short, but nothing guarantees that. */
export const actorOf = ({ actorId }: ClearAuthor): string | null => actorId?.slice(0, MAX_ACTOR_CHARS) ?? null
