import { MedusaError } from "@medusajs/framework/utils"
import type { ClearAuthor } from "../../cache"
import { checkTargets, type ClearTargets } from "../../modules/cache-monitor/clear-targets"
import { matchesEverything } from "../../modules/cache-monitor/tag-pattern"

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

/** Throws INVALID_DATA, naming the field. */
export function checkInput(input: InvalidateCacheInput): void {
  checkTargets(input)
  if (input.autoInvalidateOnly !== true) return
  const everything = input.all === true || input.tags?.includes("*") || input.patterns?.some(matchesEverything)
  const field = everything ? "all" : input.keys?.length ? "keys" : undefined
  if (field === undefined) return
  throw new MedusaError(
    MedusaError.Types.INVALID_DATA,
    `Field 'autoInvalidateOnly' is true, but cannot be combined with '${field}': only clears of tags spare entries.`
  )
}
