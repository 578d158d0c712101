/** A number of places that are taken by name, each once. Who has to wait is served in the order of arrival. */
export class Slots {
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
