import { model } from "@medusajs/framework/utils"
import { CacheInvalidationBatch } from "./cache-invalidation-batch"

/** A bulk invalidation: who requested it, its options and how it ended. Its progress is in the batches. */
export const CacheInvalidation = model
  .define("cache_invalidation", {
    /** The id of the workflow's transaction. */
    id: model.text().primaryKey(),
    provider_id: model.text(),
    dry_run: model.boolean(),
    auto_invalidate_only: model.boolean(),
    actor_type: model.text(),
    actor_id: model.text().nullable(),
    /** False when patterns were matched without all known tags. */
    is_complete: model.boolean(),
    state: model.enum(["running", "done", "partly_done", "failed"]),
    message: model.text(),
    /** The last heartbeat of the process that holds the run. */
    heartbeat_at: model.dateTime(),
    ended_at: model.dateTime().nullable(),
    batches: model.hasMany(() => CacheInvalidationBatch, { mappedBy: "invalidation" }),
  })
  .cascades({ delete: ["batches"] })
