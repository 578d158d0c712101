import { randomBytes } from "node:crypto"
import type { Runtime, Timer } from "../src/cache/support/runtime"

/** 2026-01-01, so that absolute expirations look like what goes over a real wire. */
export const CLOCK_START_MS = 1_767_225_600_000

interface PendingTimer {
  readonly dueMs: number
  readonly callback: () => void
}

/** Time that passes when a test says so. The wall clock starts at `CLOCK_START_MS`, the monotonic one at 0. */
export class ManualRuntime implements Runtime {
  /** What `random` answers next; 0.5 when there is nothing left. */
  readonly draws: number[] = []
  #elapsedMs = 0
  #busyMs = 0
  #cpuMs = 0
  readonly #timers = new Set<PendingTimer>()

  /** Timers that wait. */
  get timers(): number {
    return this.#timers.size
  }

  now(): number {
    return CLOCK_START_MS + this.#elapsedMs
  }

  elapsed(): number {
    return this.#elapsedMs
  }

  /** All time is idle, but for `work`. */
  idle(): number {
    return this.#elapsedMs - this.#busyMs
  }

  cpu(): number {
    return this.#cpuMs
  }

  schedule(delayMs: number, callback: () => void): Timer {
    const timer = { dueMs: this.#elapsedMs + Math.max(0, delayMs), callback }
    this.#timers.add(timer)
    return { cancel: () => void this.#timers.delete(timer) }
  }

  defer(callback: () => void): void {
    setImmediate(callback)
  }

  random(): number {
    return this.draws.shift() ?? 0.5
  }

  randomId(sizeBytes: number): Buffer {
    return randomBytes(sizeBytes)
  }

  /** Lets time pass in which the event loop is busy, for some of it without a processor. */
  async work(milliseconds: number, cpuMs = milliseconds): Promise<void> {
    this.#busyMs += milliseconds
    this.#cpuMs += cpuMs
    await this.advance(milliseconds)
  }

  /** Lets time pass, timer by timer; what each of them sets going gets its turn. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.#elapsedMs + milliseconds
    for (;;) {
      await settle()
      const next = [...this.#timers].sort((a, b) => a.dueMs - b.dueMs)[0]
      if (!next || next.dueMs > until) break
      this.#elapsedMs = Math.max(this.#elapsedMs, next.dueMs)
      this.#timers.delete(next)
      next.callback()
    }
    this.#elapsedMs = until
    await settle()
  }
}

/** Everything that can go on without time passing has gone on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}
