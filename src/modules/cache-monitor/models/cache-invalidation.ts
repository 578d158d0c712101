import { model } from "@medusajs/framework/utils"
import { CacheInvalidationBatch } from "./cache-invalidation-batch"

/** A bulk invalidation: who wants what cleared where, and how it has ended. What of it is done is in its batches. */
export const CacheInvalidation = model
  .define("cache_invalidation", {
    /** The workflow's transaction. */
    id: model.text().primaryKey(),
    provider_id: model.text(),
    dry_run: model.boolean(),
    auto_invalidate_only: model.boolean(),
    actor_type: model.text(),
    actor_id: model.text().nullable(),
    /** false: patterns were matched without having seen all known tags. */
    is_complete: model.boolean(),
    state: model.enum(["running", "done", "partly_done", "failed"]),
    message: model.text(),
    /** When the process that has it in hand last said so. */
    heartbeat_at: model.dateTime(),
    ended_at: model.dateTime().nullable(),
    batches: model.hasMany(() => CacheInvalidationBatch, { mappedBy: "invalidation" }),
  })
  .cascades({ delete: ["batches"] })
