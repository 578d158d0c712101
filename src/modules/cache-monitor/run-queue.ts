import { Slots } from "./slots"

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
