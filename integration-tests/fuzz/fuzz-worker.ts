import { inspect } from "node:util"
import { parentPort } from "node:worker_threads"
import { Prng } from "../../testing/prng"
import { Accepted, type Target, Unanswered } from "./target"
import { allTargets } from "./targets"

/** With a collection of all garbage, and twice as slow as is usual. */
const MAX_CPU_MS = 2_000
/** What one input may add to the largest size that the process has had. */
const MAX_GROWTH_MB = 512

export type FailureKind = "exception" | "hang" | "accepted" | "memory"

export interface Failure {
  readonly kind: FailureKind
  readonly target: string
  readonly seed: number
  readonly what: string
}

export interface Attempts {
  readonly target: string
  /** Seeds. */
  readonly next: number
  readonly end: number
  readonly failuresMax: number
  /** The seed that is being tried, for the watchdog. */
  readonly current: Float64Array
}

export interface Slowest {
  /** Of CPU. */
  readonly slowestMs: number
  readonly slowestSeed: number
}

/** Sent once. */
export interface Knowledge {
  readonly targets: readonly Pick<Target, "name" | "weight" | "inputs">[]
}

export type FromWorker = Failure | (Slowest & { readonly next: number })

async function run(target: Target, { next, end, failuresMax, current }: Attempts): Promise<void> {
  let slowest: Slowest = { slowestMs: 0, slowestSeed: next }
  let failures = 0
  let seed = next
  for (; seed < end && failures < failuresMax; seed++) {
    current[0] = seed
    let input: unknown
    const fail = (kind: FailureKind, what: unknown): void => {
      failures += 1
      const failure = { kind, target: target.name, seed, what: `${described(what)}\n  input: ${described(input)}` }
      parentPort?.postMessage(failure satisfies FromWorker)
    }
    onEscaped = (error) => fail("exception", error)
    const peakKb = process.resourceUsage().maxRSS
    let began = process.cpuUsage()
    try {
      input = target.generate(new Prng(seed), seed)
      began = process.cpuUsage()
      const checking = target.check(input)
      if (checking) {
        await checking
        // Node tells of a rejection that nobody has handled in the next turn.
        await new Promise((resolve) => setImmediate(resolve))
      }
    } catch (error) {
      fail(error instanceof Accepted ? "accepted" : error instanceof Unanswered ? "hang" : "exception", error)
    }
    const { user, system } = process.cpuUsage(began)
    const cpuMs = (user + system) / 1000
    const growthMb = (process.resourceUsage().maxRSS - peakKb) / 1024
    if (cpuMs > slowest.slowestMs) slowest = { slowestMs: cpuMs, slowestSeed: seed }
    if (cpuMs > MAX_CPU_MS) fail("hang", `took ${Math.round(cpuMs)} ms of CPU`)
    if (growthMb > MAX_GROWTH_MB) fail("memory", `the process grew by ${Math.round(growthMb)} MB`)
  }
  parentPort?.postMessage({ ...slowest, next: seed } satisfies FromWorker)
}

const described = (value: unknown): string =>
  value instanceof Error
    ? (value.stack ?? value.message)
    : inspect(value, { depth: 6, maxStringLength: 400, maxArrayLength: 50 }).slice(0, 2_000)

let onEscaped: (error: unknown) => void = () => undefined
process.on("unhandledRejection", (error) => onEscaped(error))
process.on("uncaughtException", (error) => onEscaped(error))
// Exceptions of callbacks, see src/cache/support/errors.ts.
process.on("warning", (warning) => {
  if (warning.name.startsWith("Cache")) onEscaped(warning)
})

void allTargets().then((targets) => {
  parentPort?.on("message", (attempts: Attempts) => {
    const target = targets.find(({ name }) => name === attempts.target)
    if (target) void run(target, attempts)
  })
  const known = targets.map(({ name, weight, inputs }) => ({ name, weight, ...(inputs && { inputs }) }))
  parentPort?.postMessage({ targets: known } satisfies Knowledge)
})
