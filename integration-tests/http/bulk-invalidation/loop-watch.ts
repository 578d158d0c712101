import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks"
import { collectGarbage } from "../../../testing/collect-garbage"

/** What a stretch of work has done to its process. */
export interface LoopFigures {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  /** At most, beyond what it was at the start; with what could have been collected. */
  readonly heapPeakMb: number
  readonly rssPeakMb: number
  /** What is left of it when everything has been collected that can be. */
  readonly heapKeptMb: number
}

const RESOLUTION_MS = 5
const MEMORY_SAMPLE_MS = 20

/** Watches the event loop and the memory of this process. */
export class LoopWatch {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  readonly #start: NodeJS.MemoryUsage
  readonly #timer: NodeJS.Timeout
  #heap = 0
  #rss = 0

  constructor() {
    collectGarbage()
    this.#start = process.memoryUsage()
    this.#delay.enable()
    this.#timer = setInterval(() => this.#sample(), MEMORY_SAMPLE_MS).unref()
  }

  stop(): LoopFigures {
    this.#delay.disable()
    clearInterval(this.#timer)
    this.#sample()
    collectGarbage()
    // The histogram holds how long a timer of this resolution took, in nanoseconds.
    const lateMs = (nanoseconds: number): number => Math.max(0, Math.round(nanoseconds / 1e6 - RESOLUTION_MS))
    return {
      p50Ms: lateMs(this.#delay.percentile(50)),
      p99Ms: lateMs(this.#delay.percentile(99)),
      maxMs: lateMs(this.#delay.max),
      heapPeakMb: megabytes(this.#heap),
      rssPeakMb: megabytes(this.#rss),
      heapKeptMb: megabytes(process.memoryUsage().heapUsed - this.#start.heapUsed),
    }
  }

  #sample(): void {
    const { heapUsed, rss } = process.memoryUsage()
    this.#heap = Math.max(this.#heap, heapUsed - this.#start.heapUsed)
    this.#rss = Math.max(this.#rss, rss - this.#start.rss)
  }
}

const megabytes = (bytes: number): number => Math.round(bytes / 1024 / 1024)
