export interface ClearInput {
  readonly key?: string
  /** Several keys, together with the tags: all of it in one clear. Only looked at without a key. */
  readonly keys?: readonly string[]
  /** Only looked at without a key. "*" is everything under the prefix. */
  readonly tags?: readonly string[]
  /**
   * Absent: an explicit clear, which voids every entry. `autoInvalidate: true`: what an event does, which spares entries
   * stored with `autoInvalidate: false`. Any other object clears nothing. Keys and "*" ignore it.
   */
  readonly options?: { readonly autoInvalidate?: boolean }
}

/** What a call means. */
export interface NamedTargets {
  readonly everything: boolean
  /** Of the tags: keys are always cleared explicitly. */
  readonly automatic: boolean
  readonly keys: readonly string[]
  readonly tags: readonly string[]
}

const EVERYTHING = "*"

/** undefined: it names nothing. */
export function targetsOf({ key, keys = [], tags = [], options }: ClearInput): NamedTargets | undefined {
  if (key) return { everything: false, automatic: false, keys: [key], tags: [] }
  if (tags.includes(EVERYTHING)) return { everything: true, automatic: false, keys: [], tags: [] }
  const meansTags = options === undefined || options.autoInvalidate === true
  const names = meansTags ? tags.map(String) : []
  if (keys.length + names.length === 0) return undefined
  return { everything: false, automatic: options !== undefined, keys, tags: names }
}

/** Of a call that does not say: core's own clears are the automatic ones. */
export const authorOf = (targets: NamedTargets): ClearAuthor => ({ origin: targets.automatic ? "event" : "code" })

export type ClearOrigin =
  /** Medusa's own: something was created, updated or deleted. */
  | "event"
  /** A shop's own call of the caching module. */
  | "code"
  /** A user of the dashboard. */
  | "admin"
  | "api_key"
  | "workflow"

/** In the order of their numbers in items: new ones come last. */
export const CLEAR_ORIGINS: readonly ClearOrigin[] = ["event", "code", "admin", "api_key", "workflow"]

/** Who clears. Only told to people: it decides nothing. */
export interface ClearAuthor {
  readonly origin: ClearOrigin
  /** Of the user, the API key or the workflow's transaction. */
  readonly actorId?: string
}

const MAX_ACTOR_CHARS = 80

/** As it is kept: ids are short, but nobody promises that. */
export const actorOf = ({ actorId }: ClearAuthor): string | null => actorId?.slice(0, MAX_ACTOR_CHARS) ?? null
