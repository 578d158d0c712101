import type { FakeServer, Machine } from "./fake-server"
import type { ObservedCache } from "./observed-cache"
import type { Lane, Scheduler } from "./scheduler"
import type { SimulatedRuntime } from "./simulated-runtime"

/** One Medusa process: its cache, its connections, its clock, and the callers that run in it. */
export class SimulatedProcess {
  private readonly lanes: Lane[] = []
  alive = true
  readonly crashed: Promise<void>
  private markCrashed = () => {}
  callersRunning = 0

  constructor(
    readonly name: string,
    readonly cache: ObservedCache,
    readonly servers: readonly FakeServer[],
    readonly runtime: SimulatedRuntime,
    /** Gives it another list of servers. */
    readonly use: (list: readonly Machine[]) => void
  ) {
    this.crashed = new Promise((resolve) => (this.markCrashed = resolve))
  }

  /** A caller's lane, which ends with the process. */
  retireWith(lane: Lane): void {
    this.lanes.push(lane)
  }

  /** kill -9: its timers never fire, its answers are never read, its callers never go on. */
  crash(scheduler: Scheduler): void {
    this.alive = false
    this.callersRunning = 0
    this.runtime.crash()
    for (const server of this.servers) server.crash()
    for (const lane of this.lanes) scheduler.retire(lane)
    this.cache.outstanding.clear()
    this.markCrashed()
  }
}
