import { z } from "@medusajs/framework/zod"
import type { ClearAuthor } from "../../cache"
import type { NamedTargets } from "./targets"

/** The length limit of a run's id and of other names, in characters. */
const MAX_ID_CHARS = 200

/** The description of a valid name. */
export const SHORT_NAME = `a string of 1 to ${MAX_ID_CHARS} characters`

/** PostgreSQL does not accept U+0000. */
export const shortName = z
  .string(SHORT_NAME)
  .min(1, SHORT_NAME)
  .max(MAX_ID_CHARS, SHORT_NAME)
  .regex(/^[^\0]*$/, SHORT_NAME)

/** What is known of a bulk invalidation when it is accepted. */
export interface NewInvalidation {
  /** The id of the workflow's transaction. */
  readonly id: string
  readonly providerId: string
  readonly autoInvalidateOnly: boolean
  readonly dryRun: boolean
  readonly createdBy: ClearAuthor
}

/** A batch that has been processed, whether its clear was applied or not. */
export interface InvalidationBatch {
  readonly index: number
  readonly targets: number
  readonly status: "applied" | "pending" | "dry_run"
  readonly attempts: number
  readonly durationMs: number
}

/** A batch that has to be cleared. */
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
  /** False when patterns were matched without all known tags. */
  readonly isComplete: boolean
  /** The number of targets: tags and keys, each once. */
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

/** The end of a run, for display. */
export interface Ending {
  readonly state: EndState
  readonly message: string
}
