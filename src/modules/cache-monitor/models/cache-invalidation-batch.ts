import { model } from "@medusajs/framework/utils"
import { CacheInvalidation } from "./cache-invalidation"

/** A part of a bulk invalidation that is cleared at once. */
export const CacheInvalidationBatch = model.define("cache_invalidation_batch", {
  id: model.text().primaryKey(),
  invalidation: model.belongsTo(() => CacheInvalidation, { mappedBy: "batches" }),
  index: model.number(),
  /** The number of targets. */
  size: model.number(),
  /**
   * The `NamedTargets` as JSON, until they are cleared. The column is text, because jsonb accepts neither U+0000 nor
   * half of a surrogate pair, which keys may have.
   */
  targets: model.text().nullable(),
  status: model.enum(["waiting", "applied", "pending", "dry_run"]),
  attempts: model.number(),
  duration_ms: model.number(),
})
