/**
 * The database of the chaos test: a version for each record, in memory that all processes share, and next to it the newest
 * version whose clear has resolved. What a lookup returns must not be older than the latter was when the lookup began.
 */
export class Truth {
  static readonly RECORDS = 40

  readonly memory: SharedArrayBuffer
  readonly #committed: Int32Array
  readonly #acknowledged: Int32Array

  constructor(memory = new SharedArrayBuffer(Truth.RECORDS * 2 * Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory
    this.#committed = new Int32Array(memory, 0, Truth.RECORDS)
    this.#acknowledged = new Int32Array(memory, Truth.RECORDS * Int32Array.BYTES_PER_ELEMENT, Truth.RECORDS)
  }

  read(record: number): number {
    return Atomics.load(this.#committed, record)
  }

  /** Returns the new version. */
  commit(record: number): number {
    return Atomics.add(this.#committed, record, 1) + 1
  }

  acknowledged(record: number): number {
    return Atomics.load(this.#acknowledged, record)
  }

  acknowledge(record: number, version: number): void {
    for (let known = this.acknowledged(record); known < version; known = this.acknowledged(record)) {
      if (Atomics.compareExchange(this.#acknowledged, record, known, version) === known) return
    }
  }
}
