import { z } from "@medusajs/framework/zod"
import type { ClearAuthor } from "../../cache"
import {
  atMostTargets,
  type ClearTargets,
  FLAG,
  MAX_TARGETS,
  namesTargets,
  OBJECT,
  targetFields,
} from "../../modules/cache-monitor/clear-targets"
import { shortName } from "../../modules/cache-monitor/invalidation"

export interface InvalidateCacheInput extends ClearTargets {
  /**
   * The provider of the cache to clear, as in medusa-config.ts. Default: Medusa's default, if it is of this plugin,
   * otherwise the first.
   */
  readonly providerId?: string
  /**
   * Spares entries that were stored with `autoInvalidate: false`. Not allowed with keys or everything. Default: false.
   */
  readonly autoInvalidateOnly?: boolean
  /** Finds out what would be cleared, and clears nothing. Default: false. */
  readonly dryRun?: boolean
  /** Who requested it, for the clear history. Default: `{ origin: "code" }`. */
  readonly createdBy?: ClearAuthor
}

const ORIGINS = ["event", "code", "admin", "api_key", "workflow"] as const
const ORIGIN = `one of ${ORIGINS.join(", ")}`

const TOO_MANY =
  `An invalidation takes at most ${MAX_TARGETS} targets (tags, keys, ids of entities, patterns and addresses together). ` +
  "Clear more of them in several runs, or 'all'."

/** The schema of the input. Code in JavaScript may pass anything, and a misspelt `dryRun` must not clear. */
export const invalidateCacheInput = atMostTargets(MAX_TARGETS, TOO_MANY).pipe(
  z
    .strictObject(
      {
        ...targetFields,
        providerId: shortName.optional(),
        autoInvalidateOnly: z.boolean(FLAG).optional(),
        dryRun: z.boolean(FLAG).optional(),
        createdBy: z
          .object({ origin: z.enum(ORIGINS, ORIGIN), actorId: shortName.optional() }, "{ origin, actorId }")
          .optional(),
      },
      OBJECT
    )
    .superRefine(namesTargets(["tags", "keys", "entities", "patterns", "urls", "all"], "autoInvalidateOnly"))
)
