import type { Timer } from "../../src/cache/support/runtime"
import type { Prng } from "../../testing/prng"

/** One thing that can happen next. The name is only asked for when a trace is printed. */
export interface Step {
  readonly name: () => string
  readonly run: () => void
}

/**
 * Steps that keep their order among themselves: a direction of a connection, a caller, the faults. Which lane moves next is
 * the scheduler's choice; lanes of unequal weight make one of them late, which is where races live.
 */
export class Lane {
  readonly queue: Step[] = []
  /** A frozen server, a partition: the steps stay, and happen when it is over. */
  blocked = false

  constructor(
    readonly name: string,
    public weight: number
  ) {}

  push(name: () => string, run: () => void): void {
    this.queue.push({ name, run })
  }

  /** Lets a caller go on when its lane is chosen. */
  turn(name: () => string): Promise<void> {
    return new Promise((resolve) => this.push(name, resolve))
  }
}

interface PendingTimer {
  readonly dueMs: number
  readonly order: number
  readonly callback: () => void
  cancelled: boolean
}

/** How virtual time passes. */
export interface Pace {
  /** A step takes up to this long. */
  readonly stepMs: number
  /** Weight of "nothing happens until the next timer" while something could happen. Zero: the network is never slow. */
  readonly jumpWeight: number
}

/** The lanes' weights: mostly equal, with a few that are far behind the others. */
const WEIGHTS = [1, 1, 1, 1, 0.3, 0.1, 0.02]
const WEATHER_CHANGES_PER_STEP = 0.04

/** JavaScript runs until every promise job and next-tick callback is done, so that a step is one atomic move. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve))

/**
 * Virtual time and the choice of what happens next. Nothing moves unless the scheduler runs it, one step at a time, and
 * all its choices come from the seed: the same seed is the same schedule, step for step.
 */
export class Scheduler {
  /** Milliseconds since the schedule began. */
  nowMs = 0
  steps = 0
  pace: Pace
  /** A running hash of every choice: two runs of one seed must agree. */
  fingerprint = 0

  private lanes: Lane[] = []
  private readonly timers: PendingTimer[] = []
  private timersMade = 0

  constructor(
    private readonly prng: Prng,
    pace: Pace,
    private readonly trace?: (line: string) => void
  ) {
    this.pace = pace
  }

  lane(name: string): Lane {
    const lane = new Lane(name, this.prng.pick(WEIGHTS))
    this.lanes.push(lane)
    return lane
  }

  /** The steps of a lane that will never happen. */
  retire(lane: Lane): void {
    lane.queue.length = 0
    this.lanes = this.lanes.filter((other) => other !== lane)
  }

  schedule(delayMs: number, callback: () => void): Timer {
    const timer = {
      dueMs: this.nowMs + Math.max(0, delayMs),
      order: this.timersMade++,
      callback,
      cancelled: false,
    }
    let at = this.timers.length
    // Sorted with the next one last; there are rarely more than a few dozen.
    while (at > 0 && isBefore(this.timers[at - 1], timer)) at -= 1
    this.timers.splice(at, 0, timer)
    return {
      cancel: () => {
        timer.cancelled = true
      },
    }
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.schedule(delayMs, resolve))
  }

  /** A line between the steps of a trace. */
  note(line: () => string): void {
    this.trace?.(`        ${line()}`)
  }

  /** Runs steps until `done`; false when the bound is reached or nothing can happen any more. */
  async run(done: () => boolean, bounds: { steps: number; untilMs: number }): Promise<boolean> {
    const lastStep = this.steps + bounds.steps
    await settle()
    while (!done()) {
      if (this.steps >= lastStep || this.nowMs > bounds.untilMs) return false
      // What yields to the event loop with setImmediate gets its turn before time jumps ahead.
      if (!this.lanes.some((lane) => lane.queue.length > 0 && !lane.blocked)) await settle()
      if (!this.move()) return false
      await settle()
    }
    return true
  }

  private move(): boolean {
    this.changeWeather()
    let total = 0
    for (const lane of this.lanes) if (lane.queue.length > 0 && !lane.blocked) total += lane.weight
    const timer = this.nextTimer()
    // A timer that is due fires soon, but not before everything else: the event loop may be busy.
    const dueWeight = timer && timer.dueMs <= this.nowMs ? Math.max(1, total) : this.pace.jumpWeight
    const timerWeight = timer === undefined ? 0 : total === 0 ? 1 : dueWeight
    if (total + timerWeight === 0) return false

    this.steps += 1
    let choice = this.prng.next() * (total + timerWeight)
    if (timer && (choice -= timerWeight) < 0) {
      this.nowMs = Math.max(this.nowMs, timer.dueMs)
      this.timers.pop()
      this.record(-1, () => "timer fires")
      timer.callback()
      return true
    }
    this.nowMs += this.prng.next() * this.pace.stepMs
    let chosen: Lane | undefined
    let index = 0
    for (const [at, lane] of this.lanes.entries()) {
      if (lane.queue.length === 0 || lane.blocked) continue
      chosen = lane
      index = at
      choice -= lane.weight
      if (choice < 0) break
    }
    const step = chosen?.queue.shift()
    if (!chosen || !step) throw new Error("the chosen lane was empty")
    const { name } = chosen
    this.record(index, () => `${name}: ${step.name()}`)
    step.run()
    return true
  }

  private record(lane: number, line: () => string): void {
    this.fingerprint = (Math.imul(this.fingerprint ^ (lane + 2), 0x01000193) + Math.floor(this.nowMs * 16)) | 0
    if (this.trace) this.trace(`${String(this.steps).padStart(5)}  ${this.nowMs.toFixed(1).padStart(9)} ms  ${line()}`)
  }

  private nextTimer(): PendingTimer | undefined {
    while (this.timers.at(-1)?.cancelled) this.timers.pop()
    return this.timers.at(-1)
  }

  private changeWeather(): void {
    if (this.lanes.length > 0 && this.prng.chance(WEATHER_CHANGES_PER_STEP)) {
      this.prng.pick(this.lanes).weight = this.prng.pick(WEIGHTS)
    }
  }
}

function isBefore(a: PendingTimer | undefined, b: PendingTimer): boolean {
  return a !== undefined && (a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order))
}
