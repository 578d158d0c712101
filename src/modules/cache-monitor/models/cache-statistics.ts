import { model } from "@medusajs/framework/utils"

/** A copy of a bucket of statistics, which outlives a restart of Memcached. */
export const CacheStatistics = model
  .define("cache_statistics", {
    /** The provider's id, the bucket's length and number, and its id, joined by colons. */
    id: model.text().primaryKey(),
    provider_id: model.text(),
    bucket_seconds: model.number(),
    /** Counted from the Unix epoch. */
    number: model.number(),
    /** Tells buckets of the same time apart, of which Memcached has lost the earlier ones. */
    bucket_id: model.text(),
    /** The bucket's JSON. */
    item: model.text(),
  })
  .indexes([{ on: ["provider_id", "bucket_seconds", "number"] }])
