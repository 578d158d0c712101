/** The longest time that a request waits for another one to make the same answer, in milliseconds. */
export const MAX_WAIT_MS = 5_000

/**
 * Lets one request at a time make an answer, while the others wait for it. A hundred visitors after a clear then cost
 * as much as one.
 */
export class Flights<T> {
  readonly #flights = new Map<string, Promise<T | undefined>>()

  get size(): number {
    return this.#flights.size
  }

  /**
   * Begins to make an answer. Returns the function that ends it, with the result or with undefined if there is none, or
   * undefined when somebody else makes it already.
   */
  lead(key: string): ((result: T | undefined) => void) | undefined {
    if (this.#flights.has(key)) return undefined
    let land: (result: T | undefined) => void = () => undefined
    const flight = new Promise<T | undefined>((resolve) => (land = resolve))
    this.#flights.set(key, flight)
    return (result) => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key)
      land(result)
    }
  }

  /** Waits for the answer that somebody else makes. Undefined when there will be none, or not in time. */
  async wait(key: string): Promise<T | undefined> {
    const flight = this.#flights.get(key)
    if (!flight) return undefined
    let timer: NodeJS.Timeout | undefined
    const tooLong = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), MAX_WAIT_MS)
      timer.unref()
    })
    const result = await Promise.race([flight, tooLong])
    clearTimeout(timer)
    // Nobody waits again for one that never ends.
    if (result === undefined && this.#flights.get(key) === flight) this.#flights.delete(key)
    return result
  }
}
