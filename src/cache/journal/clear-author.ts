export type ClearOrigin =
  /** Medusa's own: something was created, updated or deleted. */
  | "event"
  /** A shop's own call of the caching module. */
  | "code"
  /** A user of the dashboard. */
  | "admin"
  | "api_key"
  | "workflow"

/** Who clears. Only told to people: it decides nothing. */
export interface ClearAuthor {
  readonly origin: ClearOrigin
  /** Of the user, the API key or the workflow's transaction. */
  readonly actorId?: string
}
