import { randomUUID } from "node:crypto"
import { Agent } from "node:http"
import type { Cache, RepeatableRequest } from "../../cache"
import { type OwnAddress, repeatRequest } from "./repeat-request"

/** The number of requests at a time. Visitors come first. */
const AT_A_TIME = 2

/** So many failures in a row say that the shop does not answer, or refuses this many requests. */
const MAX_FAILURES_IN_A_ROW = 10

/** One run: it rebuilds the most wanted of what was cleared. */
export interface WarmRun {
  readonly id: string
  readonly providerId: string
  /** stopped: before its end, for the reason in `message`. */
  readonly state: "running" | "done" | "stopped"
  /** The number of requests; 0 until it is known. */
  readonly total: number
  /** Requests that were answered with success, or with 404 because what they ask for is gone. */
  readonly done: number
  readonly failed: number
  readonly startedAtMs: number
  readonly endedAtMs: number | null
  readonly message: string
}

/** What a run is about. */
interface Rebuilt {
  readonly providerId: string
  readonly cache: Cache
}

/** What a run needs, apart from the cache. */
interface WarmOptions {
  readonly address: OwnAddress
  /** The most requests. */
  readonly limit: number
}

/**
 * Rebuilds what was cleared by sending requests to this process that visitors have made before. Each is a request like
 * any other, so what it stores is as new as what a visitor's request would store. There is one run at a time.
 */
export class WarmRuns {
  #last: WarmRun | undefined
  readonly #closing = new AbortController()

  /** The newest run of this process. */
  get last(): WarmRun | undefined {
    return this.#last
  }

  /**
   * Starts a run, and resolves when the number of its requests is known. While another one is under way, it resolves
   * with that one.
   */
  async start({ providerId, cache }: Rebuilt, { address, limit }: WarmOptions): Promise<WarmRun> {
    if (this.#last?.state === "running") return this.#last
    const begun: WarmRun = {
      ...{ id: randomUUID(), providerId, state: "running", total: 0, done: 0, failed: 0 },
      ...{ startedAtMs: Date.now(), endedAtMs: null, message: "Looking for what was cleared." },
    }
    this.#last = begun
    try {
      const requests = await cache.insight.clearedRequests(limit)
      const run: WarmRun = { ...begun, total: requests.length, message: "Rebuilding what was cleared." }
      this.#last = run
      void this.#send(run, cache, requests, address)
      return this.#last
    } catch (error) {
      this.#last = ended(begun, "Could not look for what was cleared.")
      throw error
    }
  }

  /** Stops the run, and those that are started from now on. */
  close(): void {
    this.#closing.abort()
  }

  async #send(run: WarmRun, cache: Cache, requests: readonly RepeatableRequest[], address: OwnAddress): Promise<void> {
    // Medusa stops when its connections are idle, which one that is kept open for the next request never is for long.
    const agent = new Agent({ keepAlive: false, maxSockets: AT_A_TIME })
    const { signal } = this.#closing
    const waiting = [...requests]
    let failuresInARow = 0
    let lastStatus = 0
    let stopped: string | undefined
    const reasonToStop = (): string | undefined => {
      if (signal.aborted) return "Medusa is being stopped."
      if (cache.hasPending || cache.insight.health().status === "unreachable") return "Memcached cannot be reached."
      if (failuresInARow < MAX_FAILURES_IN_A_ROW) return undefined
      const last = lastStatus === 0 ? "without an answer" : `with status ${lastStatus}`
      return `${failuresInARow} requests in a row failed, the last one ${last}.`
    }
    const work = async (): Promise<void> => {
      while (waiting.length > 0 && !(stopped ??= reasonToStop())) {
        const next = waiting.shift()
        lastStatus = next ? await repeatRequest(next, { address, agent, signal }) : 0
        const isDone = isSuccess(lastStatus)
        failuresInARow = isDone ? 0 : failuresInARow + 1
        run = isDone ? { ...run, done: run.done + 1 } : { ...run, failed: run.failed + 1 }
        this.#last = run
      }
    }
    await Promise.all(Array.from({ length: AT_A_TIME }, work))
    agent.destroy()
    this.#last = ended(run, stopped)
  }
}

/** What is gone, such as a deleted product, needs no entry. */
const isSuccess = (status: number): boolean => (status >= 200 && status < 300) || status === 404 || status === 410

/** Returns the run with its end. `stopped` is why it did not send all of its requests. */
function ended(run: WarmRun, stopped: string | undefined): WarmRun {
  const endedAtMs = Date.now()
  const seconds = ((endedAtMs - run.startedAtMs) / 1000).toFixed(1)
  const failed = run.failed === 0 ? "" : ` ${run.failed} failed.`
  const message =
    run.total === 0 && stopped === undefined
      ? "Nothing to rebuild: no request that this process remembers needs anything that was cleared."
      : `Rebuilt ${run.done} of ${run.total} in ${seconds} s.${failed}`
  return {
    ...run,
    state: stopped === undefined ? "done" : "stopped",
    endedAtMs,
    message: stopped === undefined ? message : `${message} Stopped: ${stopped}`,
  }
}
