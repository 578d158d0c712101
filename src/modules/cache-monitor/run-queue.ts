/** The most runs at a time. Each holds its names in memory, 16 MB at most. */
const MAX_RUNNING = 2

/**
 * The most runs under way, including those that wait for their turn. It is far below the number of runs that are kept,
 * so that a run under way can always be found.
 */
const MAX_UNDER_WAY = 16

/**
 * How long a place may stay unused before it is given up, because its run failed to start, in milliseconds. Starting a
 * run takes less.
 */
const MAX_UNUSED_MS = 30_000

/**
 * The bulk invalidations that this process accepts and carries out. Only a few are under way, however many are
 * requested. The others are refused (over HTTP) or wait (a shop's own code) before anything is done for them.
 */
export class RunQueue {
  readonly #places = new Slots(MAX_UNDER_WAY)
  readonly #turns = new Slots(MAX_RUNNING)
  readonly #unused = new Map<string, NodeJS.Timeout>()

  /** Takes a place if one is free. Returns false when too many runs are under way and this is none of them. */
  tryJoin(id: string): boolean {
    if (this.#places.has(id)) return true
    if (!this.#places.tryTake(id)) return false
    this.#expectUse(id)
    return true
  }

  /** Resolves when the run has a place, at once if it already has one. */
  async join(id: string): Promise<void> {
    if (this.tryJoin(id)) return
    await this.#places.take(id)
    this.#expectUse(id)
  }

  /** Resolves when the run may be carried out. `leave` has to follow. */
  turn(id: string): Promise<void> {
    this.#forgetUse(id)
    return this.#turns.take(id)
  }

  /** Gives up the place of a run that has ended or failed to start. */
  leave(id: string): void {
    this.#forgetUse(id)
    this.#turns.give(id)
    this.#places.give(id)
  }

  #expectUse(id: string): void {
    this.#unused.set(id, setTimeout(() => this.leave(id), MAX_UNUSED_MS).unref())
  }

  #forgetUse(id: string): void {
    clearTimeout(this.#unused.get(id))
    this.#unused.delete(id)
  }
}

/** A number of places, each taken by one name. Whoever has to wait is served in order of arrival. */
class Slots {
  readonly #limit: number
  readonly #taken = new Set<string>()
  readonly #waiting: { readonly name: string; readonly resolve: () => void }[] = []

  constructor(limit: number) {
    this.#limit = limit
  }

  has(name: string): boolean {
    return this.#taken.has(name)
  }

  /** Returns false when others have taken all places. */
  tryTake(name: string): boolean {
    if (this.#taken.size >= this.#limit) return this.#taken.has(name)
    this.#taken.add(name)
    return true
  }

  /** Resolves when the name has a place. */
  take(name: string): Promise<void> {
    if (this.tryTake(name)) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ name, resolve }))
  }

  /** Gives up a name's place. Does nothing for a name that has none. */
  give(name: string): void {
    const held = this.#taken.delete(name)
    const next = held ? this.#waiting.shift() : undefined
    if (!next) return
    // Hand the place over at once. A later arrival could take one that is left open.
    this.#taken.add(next.name)
    next.resolve()
  }
}
