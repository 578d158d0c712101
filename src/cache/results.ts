/** The outcome of a lookup by key, without the data. */
export type LookupOutcome =
  | { readonly kind: "hit"; readonly rawBytes: number; readonly bytes: number }
  | { readonly kind: "miss"; readonly reason: MissReason }

export type MissReason =
  /** Not stored, expired or evicted. */
  | "absent"
  /** Stored without a tag that the lookup wants. */
  | "other_tags"
  /** Cleared since it was stored. */
  | "cleared"
  /** Stored under an earlier head, which is gone. */
  | "other_epoch"
  | "unreachable"
  /** Not an entry, of another format, or damaged. */
  | "unreadable"
  /** Still valid, but this lookup was chosen to compute it again before it expires. */
  | "refresh"

/** The outcome of a set that was stored, with sizes in bytes before and after compression. */
export interface StoredOutcome {
  readonly stored: true
  readonly rawBytes: number
  readonly bytes: number
  /** What this load took to compute the data, in microseconds; 0 when unknown. */
  readonly loadMicros: number
}

export type SetOutcome =
  StoredOutcome | { readonly stored: false; readonly reason: RefusalReason; readonly bytes?: number }

export type RefusalReason =
  /** Cleared while it was being computed. */
  | "stale"
  /** No known version is older than its load. */
  | "unproven"
  | "too_large"
  /** undefined, null, not representable in JSON, or a negative TTL. */
  | "not_cacheable"
  /** A query's answer without tags, or made of more than can be noted: no clear would find it. */
  | "unclearable"
  /** A newer value of the key arrived before this one was sent. */
  | "superseded"
  /** Too much is waiting to be stored. */
  | "overloaded"
  | "unreachable"
