import { Migration } from "@medusajs/framework/mikro-orm/migrations"

export class Migration20261127005920 extends Migration {
  override async up(): Promise<void> {
    this.addSql(
      `create table if not exists "cache_statistics" ("id" text not null, "provider_id" text not null, "bucket_seconds" integer not null, "number" integer not null, "bucket_id" text not null, "item" text not null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "cache_statistics_pkey" primary key ("id"));`
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_cache_statistics_deleted_at" ON "cache_statistics" ("deleted_at") WHERE deleted_at IS NULL;`
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_cache_statistics_provider_id_bucket_seconds_number" ON "cache_statistics" ("provider_id", "bucket_seconds", "number") WHERE deleted_at IS NULL;`
    )
  }

  override async down(): Promise<void> {
    this.addSql(`drop table if exists "cache_statistics" cascade;`)
  }
}
