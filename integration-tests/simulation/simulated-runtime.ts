import type { Runtime, Timer } from "../../src/cache/support/runtime"
import { CLOCK_START_MS } from "../../testing/manual-runtime"
import type { Prng } from "../../testing/prng"
import type { Scheduler } from "./scheduler"

/** Time and chance of one simulated process: timers in the shared virtual time, a wall clock of its own that may jump. */
export class SimulatedRuntime implements Runtime {
  /** How far this machine's wall clock is off. */
  skewMs: number
  private alive = true

  constructor(
    private readonly scheduler: Scheduler,
    private readonly prng: Prng,
    skewMs: number
  ) {
    this.skewMs = skewMs
  }

  now(): number {
    return Math.floor(CLOCK_START_MS + this.scheduler.nowMs + this.skewMs)
  }

  elapsed(): number {
    return this.scheduler.nowMs
  }

  idle(): number {
    return this.scheduler.nowMs
  }

  cpu(): number {
    return 0
  }

  schedule(delayMs: number, callback: () => void): Timer {
    return this.scheduler.schedule(delayMs, () => {
      if (this.alive) callback()
    })
  }

  defer(callback: () => void): void {
    this.schedule(0, callback)
  }

  random(): number {
    return this.prng.next()
  }

  randomId(sizeBytes: number): Buffer {
    return this.prng.bytes(sizeBytes)
  }

  /** The process is gone: its timers do not fire. */
  crash(): void {
    this.alive = false
  }
}
