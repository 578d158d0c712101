interface Event {
  readonly name: string
  readonly data: object
}

type Listener = (event: Event) => Promise<void>

/** Medusa's event bus, as far as the Caching Module uses it. It knows when those that it told are done. */
export class EventBus {
  readonly #listeners: Listener[] = []

  subscribe(_name: string, listener: Listener): this {
    this.#listeners.push(listener)
    return this
  }

  /** In an application the process that emits an event tells its own interceptors as well. */
  addInterceptor(listener: Listener): this {
    this.#listeners.push(listener)
    return this
  }

  async emitAndSettle(event: Event): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener(event)))
  }
}
