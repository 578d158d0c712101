import { parentPort, workerData } from "node:worker_threads"
import { bootEngine } from "./engine"
import { mutantWithout } from "./mutants"
import type { Emphasis } from "./profile"
import { simulate } from "./simulation"
import { watchSituations } from "./situations"
import { Tally } from "./tally"

export interface WorkerSettings {
  /** Of a mutant; undefined for the engine as it is. */
  readonly missingRule: string | undefined
}

export interface BatchRequest {
  readonly firstSeed: number
  readonly count: number
  readonly emphasis: Emphasis | undefined
  readonly traced?: boolean
}

export interface FailedSchedule {
  readonly seed: number
  readonly steps: number
  readonly violations: readonly string[]
}

export interface BatchResult {
  readonly tally: Tally
  readonly failures: readonly FailedSchedule[]
  /** Of all choices of all schedules: a batch that is run again must agree. */
  readonly fingerprint: number
  /** The steps, when they were asked for. */
  readonly trace: readonly string[]
}

/** The thread's part of a campaign: runs seeds one after another, since a schedule owns the event loop while it lasts. */
async function runBatch({ firstSeed, count, emphasis, traced }: BatchRequest): Promise<BatchResult> {
  const tally = new Tally()
  const failures: FailedSchedule[] = []
  const trace: string[] = []
  let fingerprint = 0
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const violations: string[] = []
    const blame = (what: string) => (error: unknown) => {
      violations.push(`${what}: ${error instanceof Error ? error.stack : String(error)}`)
    }
    const onUnhandled = blame("unhandled rejection")
    process.on("unhandledRejection", onUnhandled)
    const report = await simulate(seed, {
      boot: bootEngine,
      ...(emphasis && { emphasis }),
      ...(traced && { trace: (line: string) => void trace.push(line) }),
    }).catch(blame("the schedule ended with an exception"))
    process.off("unhandledRejection", onUnhandled)
    if (report) {
      tally.add(report.tally)
      fingerprint = (Math.imul(fingerprint, 31) + report.fingerprint) | 0
      violations.unshift(...report.violations)
    }
    if (violations.length > 0) failures.push({ seed, steps: report?.tally.steps ?? 0, violations })
  }
  return { tally, failures, fingerprint, trace }
}

/** Time and chance come from `Runtime`. Whatever asks elsewhere would make a schedule that cannot be replayed. */
function forbidAmbientSources(): void {
  const forbid = (name: string) => () => {
    throw new Error(`${name} was called: it is not under the control of the simulation`)
  }
  Date.now = forbid("Date.now")
  Math.random = forbid("Math.random")
  performance.now = forbid("performance.now")
  Object.assign(globalThis, { setTimeout: forbid("setTimeout"), setInterval: forbid("setInterval") })
}

const { missingRule } = workerData as WorkerSettings
watchSituations()
if (missingRule !== undefined) mutantWithout(missingRule).break()
forbidAmbientSources()
parentPort?.on("message", (request: BatchRequest) => {
  // Every server that is away is an error; their stacks are only of interest when a schedule is looked at.
  Error.stackTraceLimit = request.traced ? 20 : 0
  void runBatch(request).then((result) => parentPort?.postMessage(result))
})
