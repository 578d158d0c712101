import { z } from "@medusajs/framework/zod"
import type { ClearAuthor } from "../../cache"
import type { NamedTargets } from "./targets"

/** In characters: of a run's id, and of what else is a name of somebody or something. */
const MAX_ID_CHARS = 200

/** What a name of somebody or something must be. */
export const SHORT_NAME = `a string of 1 to ${MAX_ID_CHARS} characters`

/** PostgreSQL takes no U+0000. */
export const shortName = z
  .string(SHORT_NAME)
  .min(1, SHORT_NAME)
  .max(MAX_ID_CHARS, SHORT_NAME)
  .regex(/^[^\0]*$/, SHORT_NAME)

/** What is known of a bulk invalidation from the moment at which it is accepted. */
export interface NewInvalidation {
  /** Of the workflow's transaction. */
  readonly id: string
  readonly providerId: string
  readonly autoInvalidateOnly: boolean
  readonly dryRun: boolean
  readonly createdBy: ClearAuthor
}

/** One batch that has been cleared, or could not be. */
export interface InvalidationBatch {
  readonly index: number
  readonly targets: number
  readonly status: "applied" | "pending" | "dry_run"
  readonly attempts: number
  readonly durationMs: number
}

/** A batch that is to be cleared. */
export interface WaitingBatch {
  readonly index: number
  readonly targets: NamedTargets
}

/** partly_done: something is pending, or patterns could not be matched against all known tags. */
export type EndState = "done" | "partly_done" | "failed"

export interface Invalidation {
  readonly id: string
  readonly state: "running" | EndState
  readonly dryRun: boolean
  readonly autoInvalidateOnly: boolean
  readonly providerId: string
  /** false: patterns were matched without having seen all known tags. */
  readonly isComplete: boolean
  /** Targets: tags and keys, each once. */
  readonly total: number
  readonly done: number
  /** Targets that could not be delivered to Memcached yet. */
  readonly pending: number
  readonly retries: number
  readonly createdBy: { readonly type: ClearAuthor["origin"]; readonly id: string | null }
  readonly startedAtMs: number
  readonly endedAtMs: number | null
  readonly durationMs: number
  readonly message: string
}

/** How a run ends, for who looks at it. */
export interface Ending {
  readonly state: EndState
  readonly message: string
}
