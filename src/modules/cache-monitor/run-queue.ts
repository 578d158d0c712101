/** Each holds its names in memory, 16 MB of them at most. */
const MAX_RUNNING = 2

/** With those that wait for their turn. Far fewer than the runs that are remembered, so that one under way is always found. */
const MAX_UNDER_WAY = 16

/** A place that nothing has come of: its run failed to start. Longer than that takes, in milliseconds. */
const MAX_UNUSED_MS = 30_000

/**
 * The bulk invalidations that this process accepts and carries out. However many are asked for, a few are under way and the
 * rest is refused (over HTTP) or waits (a shop's own code), before anything is done for it.
 */
export class RunQueue {
  readonly #places = new Slots(MAX_UNDER_WAY)
  readonly #turns = new Slots(MAX_RUNNING)
  readonly #unused = new Map<string, NodeJS.Timeout>()

  /** false: too many are under way, and this one is none of them. */
  tryJoin(id: string): boolean {
    if (this.#places.has(id)) return true
    if (!this.#places.tryTake(id)) return false
    this.#expectUse(id)
    return true
  }

  /** Resolves when the run has a place; at once when it has it already. */
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

  /** It has ended, or failed to start. */
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

/** A number of places that are taken by name, each once. Who has to wait is served in the order of arrival. */
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

  /** false: all are taken, by others. */
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

  /** Also of a name that has none. */
  give(name: string): void {
    const held = this.#taken.delete(name)
    const next = held ? this.#waiting.shift() : undefined
    if (!next) return
    // At once: a place that lay open meanwhile would go to whoever comes later.
    this.#taken.add(next.name)
    next.resolve()
  }
}
