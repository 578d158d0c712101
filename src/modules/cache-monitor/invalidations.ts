import type { Cache, ClearAuthor } from "../../cache"
import { type Invalidation, judged } from "./invalidation"
import { RunningInvalidation } from "./running-invalidation"
import { MAX_RUNS, SharedRuns } from "./shared-runs"

export interface NewInvalidation {
  readonly id: string
  readonly providerId: string
  readonly dryRun: boolean
  readonly createdBy: ClearAuthor
  /** How many targets are named, as far as that is known yet. */
  readonly total: number
}

/**
 * Bulk invalidations: those that this process works on or has worked on, and what the others tell through Memcached. The
 * newest hundred. When Memcached cannot be asked, those of this process.
 */
export class Invalidations {
  readonly #caches: () => ReadonlyMap<string, Cache>
  /** Oldest first. */
  readonly #own = new Map<string, RunningInvalidation>()

  constructor(caches: () => ReadonlyMap<string, Cache>) {
    this.#caches = caches
  }

  /** Newest first. Never rejects. */
  async list(): Promise<Invalidation[]> {
    const shared = await Promise.all(this.#shared().map((runs) => runs.readAll()))
    const known = new Map<string, Invalidation>()
    for (const run of shared.flat()) known.set(run.id, newer(known.get(run.id), run))
    for (const [id, own] of this.#own) known.set(id, told(own, known.get(id)))
    const now = Date.now()
    return [...known.values()]
      .sort((a, b) => b.startedAtMs - a.startedAtMs)
      .slice(0, MAX_RUNS)
      .map((run) => judged(run, now))
  }

  /** Never rejects. */
  async find(id: string): Promise<Invalidation | undefined> {
    // Before anything is awaited: what is found now must not be forgotten meanwhile, for newer ones.
    const own = this.#own.get(id)
    const answers = await Promise.all(this.#shared().map((runs) => runs.read(id)))
    const shared = answers.reduce((known, run) => (run ? newer(known, run) : known), undefined)
    const found = own ? told(own, shared) : shared
    return found && judged(found, Date.now())
  }

  /** Makes an invalidation known, so that it is found from now on. One that is known is left as it is. */
  async accept(cache: Cache, wanted: NewInvalidation): Promise<void> {
    if (this.#own.has(wanted.id)) return
    const running = this.#remember(new RunningInvalidation(cache, firstState(wanted)))
    await running.announce()
  }

  /** To be called by the process that carries it out, which need not be the one that accepted it. */
  async takeUp(cache: Cache, wanted: NewInvalidation): Promise<RunningInvalidation> {
    const known = this.#own.get(wanted.id)
    const running = known ?? this.#remember(new RunningInvalidation(cache, await this.#firstStateOf(cache, wanted)))
    running.takeUp()
    return running
  }

  /** Stops all timers. */
  close(): void {
    for (const running of this.#own.values()) running.close()
  }

  /** When it was accepted is only known to who accepted it. */
  async #firstStateOf(cache: Cache, wanted: NewInvalidation): Promise<Invalidation> {
    const first = firstState(wanted)
    const { startedAtMs = first.startedAtMs } = (await new SharedRuns(cache.insight.shared).read(wanted.id)) ?? {}
    return { ...first, startedAtMs: Math.min(startedAtMs, first.startedAtMs) }
  }

  #remember(running: RunningInvalidation): RunningInvalidation {
    this.#own.set(running.state.id, running)
    // What is being worked on goes last: without it nobody would say any more that it goes on.
    const oldestFirst = [...this.#own].sort(([, a], [, b]) => Number(a.isWorkedOn) - Number(b.isWorkedOn))
    for (const [id, oldest] of oldestFirst.slice(0, Math.max(0, this.#own.size - MAX_RUNS))) {
      oldest.close()
      this.#own.delete(id)
    }
    return running
  }

  #shared(): SharedRuns[] {
    return [...this.#caches().values()].map((cache) => new SharedRuns(cache.insight.shared))
  }
}

const newer = (known: Invalidation | undefined, other: Invalidation): Invalidation =>
  known && known.heartbeatAtMs >= other.heartbeatAtMs ? known : other

/**
 * What this process says of it, or what others do. Of what it only accepted it knows nothing more; times are no help to find
 * that out, since its clock may be ahead of theirs.
 */
const told = (own: RunningInvalidation, shared: Invalidation | undefined): Invalidation =>
  shared && !own.isTakenUp ? shared : newer(shared, own.state)

function firstState({ id, providerId, dryRun, createdBy, total }: NewInvalidation): Invalidation {
  const now = Date.now()
  return {
    id,
    state: "running",
    dryRun,
    providerId,
    total,
    done: 0,
    pending: 0,
    batches: [],
    retries: 0,
    createdBy: { type: createdBy.origin, id: createdBy.actorId ?? null },
    startedAtMs: now,
    endedAtMs: null,
    durationMs: 0,
    message: "",
    heartbeatAtMs: now,
  }
}
