import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { ArchivedBucket, StatisticsArchive } from "../../cache"

interface Row {
  readonly number: number
  readonly bucket_id: string
  readonly item: string
}

/**
 * Copies of the statistics of one provider, in a table of the shop's database. The SQL is written here, because
 * MikroORM would emit events.
 */
export class DatabaseArchive implements StatisticsArchive {
  readonly #connection: () => Knex
  readonly #providerId: string

  constructor(connection: () => Knex, providerId: string) {
    this.#connection = connection
    this.#providerId = providerId
  }

  async save(buckets: readonly ArchivedBucket[]): Promise<void> {
    for (const { bucketSeconds, number, id, item } of buckets) {
      await this.#connection().raw(
        `insert into cache_statistics (id, provider_id, bucket_seconds, number, bucket_id, item)
         values (?, ?, ?, ?, ?, ?) on conflict (id) do update set item = excluded.item, updated_at = now()`,
        [
          `${this.#providerId}:${bucketSeconds}:${number}:${id}`,
          this.#providerId,
          bucketSeconds,
          number,
          id,
          JSON.stringify(item),
        ]
      )
    }
  }

  async read(
    bucketSeconds: number,
    firstNumber: number,
    without: readonly string[]
  ): Promise<readonly ArchivedBucket[]> {
    const { rows } = await this.#connection().raw<{ rows: Row[] }>(
      `select number, bucket_id, item from cache_statistics
       where deleted_at is null and provider_id = ? and bucket_seconds = ? and number >= ?
         and bucket_id <> all(?)`,
      [this.#providerId, bucketSeconds, firstNumber, [...without]]
    )
    return rows.map(({ number, bucket_id: id, item }) => ({
      ...{ bucketSeconds, number, id },
      item: JSON.parse(item) as unknown,
    }))
  }

  async prune(bucketSeconds: number, firstNumber: number): Promise<void> {
    // Of all providers: one that was renamed or removed does not do so itself any more.
    await this.#connection().raw("delete from cache_statistics where bucket_seconds = ? and number < ?", [
      bucketSeconds,
      firstNumber,
    ])
  }
}
