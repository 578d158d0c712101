import { MedusaError } from "@medusajs/framework/utils"
import { z } from "@medusajs/framework/zod"
import type { ClearAuthor } from "../../cache"
import {
  checkTargets,
  type ClearTargets,
  countNamed,
  MAX_TARGETS,
  sentenceOf,
  unsparingOf,
} from "../../modules/cache-monitor/clear-targets"
import { invalidation, MAX_ID_CHARS, nameInRun } from "../../modules/cache-monitor/invalidation"

export interface InvalidateCacheInput extends ClearTargets {
  /** Of the cache to clear, as in medusa-config.ts. Default: Medusa's default, if it is of this plugin; else the first. */
  readonly providerId?: string
  /** Spares entries that were stored with `autoInvalidate: false`. Not with keys or everything. Default: false. */
  readonly autoInvalidateOnly?: boolean
  /** Finds out what would be cleared, and clears nothing. Default: false. */
  readonly dryRun?: boolean
  /** Who asked for it, for the history. Default: `{ origin: "code" }`. */
  readonly createdBy?: ClearAuthor
}

export const TARGETS: ReadonlySet<string> = new Set<keyof ClearTargets>(["tags", "keys", "entities", "patterns", "all"])

/** What is not a target. */
const settings = z.strictObject({
  providerId: nameInRun.optional(),
  autoInvalidateOnly: z.boolean().optional(),
  dryRun: z.boolean().optional(),
  createdBy: z.object({ origin: invalidation.shape.createdBy.shape.type, actorId: nameInRun.optional() }).optional(),
})

/** What a name of somebody or something must be. */
export const SHORT_NAME = `a string of 1 to ${MAX_ID_CHARS} characters`

const EXPECTATIONS: Readonly<Record<string, string>> = {
  providerId: SHORT_NAME,
  autoInvalidateOnly: "true or false",
  dryRun: "true or false",
  createdBy: `{ origin, actorId } as in ClearAuthor, with an actorId of at most ${MAX_ID_CHARS} characters`,
}

/** Throws INVALID_DATA, naming the field. Code in JavaScript may pass anything, and a misspelt `dryRun` must not clear. */
export function checkInput(input: InvalidateCacheInput): void {
  checkTargets(input)
  checkSettings(input)
  checkCount(input)
  if (input.autoInvalidateOnly !== true) return
  const field = unsparingOf(input)
  if (field === undefined) return
  throw new MedusaError(
    MedusaError.Types.INVALID_DATA,
    `Field 'autoInvalidateOnly' is true, but cannot be combined with '${field}': only clears of tags can spare entries that are stored with autoInvalidate: false.`
  )
}

function checkCount(input: InvalidateCacheInput): void {
  const count = countNamed(input)
  if (count <= MAX_TARGETS) return
  throw new MedusaError(
    MedusaError.Types.INVALID_DATA,
    `Field 'input' names ${count} targets, but must name at most ${MAX_TARGETS}. Clear the rest in another run, or clear 'all'.`
  )
}

function checkSettings(input: InvalidateCacheInput): void {
  const given: Record<string, unknown> = Object.fromEntries(
    Object.entries(input).filter(([name]) => !TARGETS.has(name))
  )
  const [issue] = settings.safeParse(given).error?.issues ?? []
  if (!issue) return
  const field = String(issue.code === "unrecognized_keys" ? issue.keys[0] : issue.path[0])
  const expectation = EXPECTATIONS[field] ?? "left out: there is no such field"
  throw new MedusaError(MedusaError.Types.INVALID_DATA, sentenceOf({ field, value: given[field], expectation }))
}
