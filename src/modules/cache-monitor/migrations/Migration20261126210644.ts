import { Migration } from "@medusajs/framework/mikro-orm/migrations"

export class Migration20261126210644 extends Migration {
  override async up(): Promise<void> {
    this.addSql(
      `create table if not exists "cache_invalidation" ("id" text not null, "provider_id" text not null, "dry_run" boolean not null, "auto_invalidate_only" boolean not null, "actor_type" text not null, "actor_id" text null, "is_complete" boolean not null, "state" text check ("state" in ('running', 'done', 'partly_done', 'failed')) not null, "message" text not null, "heartbeat_at" timestamptz not null, "ended_at" timestamptz null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "cache_invalidation_pkey" primary key ("id"));`
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_cache_invalidation_deleted_at" ON "cache_invalidation" ("deleted_at") WHERE deleted_at IS NULL;`
    )

    this.addSql(
      `create table if not exists "cache_invalidation_batch" ("id" text not null, "invalidation_id" text not null, "index" integer not null, "size" integer not null, "targets" text null, "status" text check ("status" in ('waiting', 'applied', 'pending', 'dry_run')) not null, "attempts" integer not null, "duration_ms" integer not null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), "deleted_at" timestamptz null, constraint "cache_invalidation_batch_pkey" primary key ("id"));`
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_cache_invalidation_batch_invalidation_id" ON "cache_invalidation_batch" ("invalidation_id") WHERE deleted_at IS NULL;`
    )
    this.addSql(
      `CREATE INDEX IF NOT EXISTS "IDX_cache_invalidation_batch_deleted_at" ON "cache_invalidation_batch" ("deleted_at") WHERE deleted_at IS NULL;`
    )

    this.addSql(
      `alter table if exists "cache_invalidation_batch" add constraint "cache_invalidation_batch_invalidation_id_foreign" foreign key ("invalidation_id") references "cache_invalidation" ("id") on update cascade on delete cascade;`
    )
  }

  override async down(): Promise<void> {
    this.addSql(
      `alter table if exists "cache_invalidation_batch" drop constraint if exists "cache_invalidation_batch_invalidation_id_foreign";`
    )

    this.addSql(`drop table if exists "cache_invalidation" cascade;`)

    this.addSql(`drop table if exists "cache_invalidation_batch" cascade;`)
  }
}
