import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import type { ClearAuthor } from "../../cache"
import {
  type Ending,
  type EndState,
  type Invalidation,
  type InvalidationBatch,
  type NewInvalidation,
  shortName,
  type WaitingBatch,
} from "./invalidation"
import { isMissingTable, MissingTables } from "./missing-tables"
import { batchesOf, countTargets, type NamedTargets, type ResolvedTargets } from "./targets"

/** The number of invalidations that are kept, and of batches that are shown for one. */
const MAX_RUNS = 100
const MAX_BATCHES = 100
const MAX_MESSAGE_CHARS = 2_000

/** How long an invalidation is kept, as a PostgreSQL interval. */
const RETENTION = "7 days"

/** The time within which an id is carried out only once. */
const REPEATED_WITHIN = "1 hour"

/** The silence, six heartbeats, after which a process has lost the runs that it held. */
const INTERRUPTED_AFTER = "30 seconds"
const HEARTBEAT_MS = 5_000

/** An error of the database, or of the connection to it. It says nothing about what was to be done. */
export class DatabaseFailure extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

/**
 * The bulk invalidations of all processes, in two tables of the shop's database. Their progress is in the batches only.
 * Times are the database's, so that clocks of processes may differ.
 *
 * The SQL is written here, because MikroORM would emit events. It would also write a list of names as a literal, which
 * pg builds character by character while the process answers nobody. Parameters are sent as they are.
 */
export class Invalidations {
  readonly #connection: () => Knex
  readonly #heartbeatMs: number
  readonly #inHand = new Set<string>()
  #heartbeat: NodeJS.Timeout | undefined

  constructor(connection: () => Knex, heartbeatMs = HEARTBEAT_MS) {
    this.#connection = connection
    this.#heartbeatMs = heartbeatMs
  }

  /** Stores an invalidation with all of its batches, or nothing. Resolves with false when its id is known already. */
  async create({ createdBy, ...wanted }: NewInvalidation, targets: ResolvedTargets): Promise<boolean> {
    return this.#orMigrate(() =>
      this.#connection().transaction(async (transaction) => {
        const { id } = wanted
        await transaction.raw(
          `delete from cache_invalidation where id = ? and state <> 'running' and ended_at < now() - interval '${REPEATED_WITHIN}'`,
          [id]
        )
        const inserted = await rowsOf(
          transaction,
          `insert into cache_invalidation (id, provider_id, dry_run, auto_invalidate_only, actor_type, actor_id, is_complete, state, message, heartbeat_at)
           values (?, ?, ?, ?, ?, ?, ?, 'running', '', now()) on conflict do nothing returning id`,
          [
            id,
            wanted.providerId,
            wanted.dryRun,
            wanted.autoInvalidateOnly,
            createdBy.origin,
            createdBy.actorId ?? null,
            targets.complete,
          ]
        )
        if (inserted.length === 0) return false
        let index = 0
        for (const batch of batchesOf(targets)) {
          await transaction.raw(
            `insert into cache_invalidation_batch (id, invalidation_id, index, size, targets, status, attempts, duration_ms)
             values (?, ?, ?, ?, ?, 'waiting', 0, 0)`,
            [`${id}:${index}`, id, index, countTargets(batch), JSON.stringify(batch)]
          )
          index += 1
        }
        await transaction.raw(
          `delete from cache_invalidation run where heartbeat_at < now() - interval '${RETENTION}' or (state <> 'running' and
           id in (select id from cache_invalidation order by created_at desc, id offset ${MAX_RUNS}) and not ${IS_PENDING})`
        )
        return true
      })
    )
  }

  async isKnown(id: string): Promise<boolean> {
    const known = `select 1 from cache_invalidation where id = ? and (ended_at is null or ended_at > now() - interval '${REPEATED_WITHIN}')`
    return (await this.#rows(known, [id])).length > 0
  }

  /** Lists invalidations, newest first, at most a hundred. */
  async list(): Promise<Invalidation[]> {
    const rows = await this.#rows<InvalidationRow>(`${SELECT} order by created_at desc, id limit ${MAX_RUNS}`)
    return rows.map(invalidationOf)
  }

  async find(id: string): Promise<Invalidation | undefined> {
    if (!shortName.safeParse(id).success) return undefined
    const [row] = await this.#rows<InvalidationRow>(`${SELECT} where id = ?`, [id])
    return row && invalidationOf(row)
  }

  /** Lists the last hundred batches that have been processed, oldest first. */
  async batchesOf(id: string): Promise<InvalidationBatch[]> {
    const rows = await this.#rows<BatchRow>(
      `select index, size, status, attempts, duration_ms from cache_invalidation_batch
       where deleted_at is null and invalidation_id = ? and status <> 'waiting' order by index desc limit ${MAX_BATCHES}`,
      [id]
    )
    return rows.reverse().map(({ index, size, status, attempts, duration_ms }) => ({
      ...{ index, targets: size, status, attempts },
      durationMs: duration_ms,
    }))
  }

  /** Holds a run until it is released, so that other processes do not take it for interrupted. */
  hold(id: string): void {
    this.#inHand.add(id)
    this.#heartbeat ??= setInterval(() => void this.#beat(), this.#heartbeatMs).unref()
  }

  release(id: string): void {
    this.#inHand.delete(id)
    if (this.#inHand.size === 0) this.close()
  }

  holds(id: string): boolean {
    return this.#inHand.has(id)
  }

  /** Releases all runs. */
  close(): void {
    this.#inHand.clear()
    clearInterval(this.#heartbeat)
    this.#heartbeat = undefined
  }

  /** Takes a run that nobody holds any more although it is not complete, because its process has ended. */
  async takeInterrupted(providerIds: string[]): Promise<string | undefined> {
    const [taken] = await this.#rows<{ id: string }>(
      `update cache_invalidation set heartbeat_at = now() where id = (
         select id from cache_invalidation run where ${IS_SILENT} and provider_id = any(?) and (state = 'running' or ${IS_PENDING})
         order by created_at limit 1 for update skip locked) returning id`,
      [providerIds]
    )
    return taken?.id
  }

  /**
   * Begins a run, or continues an interrupted one, which clears pending batches again. Resolves with false when it has
   * ended.
   */
  async begin(id: string): Promise<boolean> {
    await this.#rows(
      `update cache_invalidation_batch set status = 'waiting' where deleted_at is null and invalidation_id = ? and status = 'pending'`,
      [id]
    )
    const begun = await this.#rows(
      `update cache_invalidation run set state = 'running', message = '', ended_at = null, heartbeat_at = now()
       where id = ? and (state = 'running' or exists (
         select 1 from cache_invalidation_batch where deleted_at is null and invalidation_id = run.id and status = 'waiting'))
       returning id`,
      [id]
    )
    return begun.length > 0
  }

  async nextBatch(id: string): Promise<WaitingBatch | undefined> {
    const [row] = await this.#rows<{ index: number; targets: string }>(
      `select index, targets from cache_invalidation_batch
       where deleted_at is null and invalidation_id = ? and status = 'waiting' order by index limit 1`,
      [id]
    )
    return row && { index: row.index, targets: JSON.parse(row.targets) as NamedTargets }
  }

  /**
   * Stores the outcome of a batch. A pending batch keeps its targets: if this process ends before it delivers them,
   * another clears them again. A batch without targets is done with: another process that took up the run may have
   * cleared it meanwhile.
   */
  async answered(
    id: string,
    { index, status, attempts, durationMs }: Omit<InvalidationBatch, "targets">
  ): Promise<void> {
    await this.#rows(
      `update cache_invalidation_batch set status = ?, attempts = attempts + ?, duration_ms = duration_ms + ?,
       targets = ${status === "pending" ? "targets" : "null"} where id = ? and targets is not null`,
      [status, attempts, durationMs, `${id}:${index}`]
    )
  }

  async end(id: string, { state, message }: Ending): Promise<void> {
    await this.#rows(
      `update cache_invalidation set state = ?, message = ?, heartbeat_at = now(), ended_at = coalesce(ended_at, now()) where id = ?`,
      [state, message.slice(0, MAX_MESSAGE_CHARS), id]
    )
  }

  /** Notes that this process has delivered what was pending at the end. */
  async delivered(id: string, { state, message }: Ending): Promise<void> {
    // One statement, so that nobody reads a run with nothing pending that is still called partly done.
    await this.#rows(
      `with delivered as (
         update cache_invalidation_batch set status = 'applied', targets = null
         where deleted_at is null and invalidation_id = ? and status = 'pending')
       update cache_invalidation set state = ?, message = ?, heartbeat_at = now() where id = ?`,
      [id, state, message.slice(0, MAX_MESSAGE_CHARS), id]
    )
  }

  async #beat(): Promise<void> {
    try {
      await this.#rows("update cache_invalidation set heartbeat_at = now() where id = any(?)", [[...this.#inHand]])
    } catch {
      // Without the database nothing else continues, either.
    }
  }

  #rows<T>(sql: string, values: readonly Knex.RawBinding[] = []): Promise<T[]> {
    return this.#orMigrate(() => rowsOf<T>(this.#connection(), sql, values))
  }

  async #orMigrate<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw isMissingTable(error) ? new MissingTables() : new DatabaseFailure(error)
    }
  }
}

const IS_SILENT = `heartbeat_at < now() - interval '${INTERRUPTED_AFTER}'`

const IS_PENDING = `exists (
  select 1 from cache_invalidation_batch where deleted_at is null and invalidation_id = run.id and status = 'pending')`

const SELECT = `
  select run.*, state = 'running' and ${IS_SILENT} as is_interrupted,
    extract(epoch from coalesce(ended_at, now()) - created_at)::float8 * 1000 as duration_ms, batches.*
  from cache_invalidation run cross join lateral (
    select coalesce(sum(size), 0)::int as total,
      coalesce(sum(size) filter (where status <> 'waiting'), 0)::int as done,
      coalesce(sum(size) filter (where status = 'pending'), 0)::int as pending,
      coalesce(sum(greatest(attempts - 1, 0)), 0)::int as retries
    from cache_invalidation_batch where deleted_at is null and invalidation_id = run.id) batches`

interface InvalidationRow {
  readonly id: string
  readonly provider_id: string
  readonly dry_run: boolean
  readonly auto_invalidate_only: boolean
  readonly actor_type: ClearAuthor["origin"]
  readonly actor_id: string | null
  readonly is_complete: boolean
  readonly state: "running" | EndState
  readonly message: string
  readonly created_at: Date
  readonly heartbeat_at: Date
  readonly ended_at: Date | null
  readonly is_interrupted: boolean
  readonly duration_ms: number
  readonly total: number
  readonly done: number
  readonly pending: number
  readonly retries: number
}

interface BatchRow {
  readonly index: number
  readonly size: number
  readonly status: InvalidationBatch["status"]
  readonly attempts: number
  readonly duration_ms: number
}

async function rowsOf<T>(knex: Knex, sql: string, values: readonly Knex.RawBinding[] = []): Promise<T[]> {
  const { rows } = await knex.raw<{ rows: T[] }>(sql, values)
  return rows
}

/**
 * Builds an invalidation from its row. A killed process cannot report its end, so a run that nobody holds is shown as
 * failed until another process takes it up.
 */
function invalidationOf(row: InvalidationRow): Invalidation {
  const heartbeatAtMs = row.heartbeat_at.getTime()
  const startedAtMs = row.created_at.getTime()
  const { id, total, done, pending, retries } = row
  const run: Invalidation = {
    ...{ id, total, done, pending, retries },
    state: row.state,
    dryRun: row.dry_run,
    autoInvalidateOnly: row.auto_invalidate_only,
    providerId: row.provider_id,
    isComplete: row.is_complete,
    createdBy: { type: row.actor_type, id: row.actor_id },
    startedAtMs,
    endedAtMs: row.ended_at?.getTime() ?? null,
    durationMs: Math.round(row.duration_ms),
    message: row.message,
  }
  if (!row.is_interrupted) return run
  return {
    ...run,
    state: "failed",
    endedAtMs: heartbeatAtMs,
    durationMs: heartbeatAtMs - startedAtMs,
    message:
      `Interrupted: nothing was heard of the process that ran it since ${row.heartbeat_at.toISOString()}, after ${done} of ` +
      `${total} targets. A worker goes on with the rest within two minutes.`,
  }
}
