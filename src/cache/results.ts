/** How a lookup by key ended, without what it found. */
export type LookupOutcome =
  | { readonly kind: "hit"; readonly rawBytes: number; readonly bytes: number }
  | { readonly kind: "miss"; readonly reason: MissReason }

export type MissReason =
  /** Nothing stored, expired or evicted. */
  | "absent"
  /** Stored, but cleared since. */
  | "cleared"
  /** Stored under a head that is gone. */
  | "other_epoch"
  | "unreachable"
  /** Not an entry, another format, damaged. */
  | "unreadable"
  /** Still valid: this lookup was chosen to compute it anew before it expires. */
  | "refresh"

export type SetOutcome =
  | { readonly stored: true; readonly rawBytes: number; readonly bytes: number }
  | { readonly stored: false; readonly reason: RefusalReason; readonly bytes?: number }

export type RefusalReason =
  /** Cleared while it was being computed. */
  | "stale"
  /** No version is known that is older than its load. */
  | "unproven"
  | "too_large"
  /** undefined, null, not representable in JSON, negative TTL. */
  | "not_cacheable"
  /** A query's answer without tags, which no clear would find. */
  | "unclearable"
  /** A newer value of the key came before this one was sent. */
  | "superseded"
  /** Too much is waiting to be stored. */
  | "overloaded"
  | "unreachable"
