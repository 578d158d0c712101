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
