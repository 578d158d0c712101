import { build } from "esbuild"
import { join } from "node:path"
import { Worker } from "node:worker_threads"
import type { Attempts, Failure, FailureKind, FromWorker, Knowledge, Slowest } from "./fuzz-worker"

export interface Campaign {
  /** Random ones, over all targets. What is exhaustive is always tried whole, unless it is the only target. */
  readonly inputs: number
  readonly seed: number
  /** A name, or part of some; all by default. */
  readonly target?: string
  readonly onRow?: (row: Row) => void
}

export interface Row extends Slowest {
  readonly target: string
  readonly inputs: number
  readonly failures: readonly Failure[]
}

/** An input that takes so much CPU, or so long without any, will never end. */
const HANG_CPU_MS = 5_000
const HANG_MS = 60_000
const LOOK_EVERY_MS = 250

/** More would say nothing new. */
const FAILURES_MAX = 20
const STOPS_MAX = 3

/** In one thread, watched by this one: an endless loop is reported, and the campaign goes on behind it. */
export async function runCampaign({ inputs, seed, target = "", onRow }: Campaign): Promise<Row[]> {
  const bundle = await bundleWorker()
  let fuzzer = await Fuzzer.start(bundle)
  const exact = fuzzer.targets.filter(({ name }) => name === target)
  const chosen = exact.length > 0 ? exact : fuzzer.targets.filter(({ name }) => name.includes(target))
  const weights = chosen.reduce((sum, { weight }) => sum + weight, 0)
  const rows: Row[] = []
  for (const { name, weight, inputs: all } of chosen) {
    const isWhole = all !== undefined && exact.length === 0
    const first = isWhole ? 0 : seed
    const end =
      first + (isWhole ? all : Math.min(all ?? Infinity, Math.ceil((inputs * (weight || 1)) / (weights || 1))))
    const failures: Failure[] = []
    let slowest: Slowest = { slowestMs: 0, slowestSeed: first }
    let [next, stops] = [first, 0]
    while (next < end && failures.length < FAILURES_MAX && stops < STOPS_MAX) {
      const tried = await fuzzer.run({ target: name, next, end, failuresMax: FAILURES_MAX }, (found) =>
        failures.push(found)
      )
      if (tried.slowestMs > slowest.slowestMs) slowest = tried
      next = tried.next
      if (!tried.isStopped) continue
      stops += 1
      fuzzer = await Fuzzer.start(bundle)
    }
    const row = { target: name, inputs: next - first, failures, ...slowest }
    rows.push(row)
    onRow?.(row)
  }
  await fuzzer.worker.terminate()
  return rows
}

interface Tried extends Slowest {
  readonly next: number
  /** An input did not end: the thread is of no use any more. */
  readonly isStopped: boolean
}

class Fuzzer {
  private constructor(
    readonly worker: Worker,
    readonly targets: Knowledge["targets"]
  ) {}

  static start(bundle: string): Promise<Fuzzer> {
    const worker = new Worker(bundle, { eval: true })
    return new Promise((resolve, reject) => {
      worker.once("error", reject)
      worker.once("message", ({ targets }: Knowledge) => resolve(new Fuzzer(worker, targets)))
    })
  }

  run(attempts: Omit<Attempts, "current">, onFailure: (failure: Failure) => void): Promise<Tried> {
    const { worker } = this
    const current = new Float64Array(new SharedArrayBuffer(8)).fill(attempts.next)
    return new Promise((resolve) => {
      let seen = { seed: -1, cpu: process.cpuUsage(), at: Date.now() }
      const end = (tried: Tried): void => {
        clearInterval(watchdog)
        worker.removeAllListeners("message").removeAllListeners("error")
        resolve(tried)
      }
      const giveUp = (what: string): void => {
        const [seed = 0] = current
        onFailure({ kind: "hang", target: attempts.target, seed, what })
        void worker.terminate()
        end({ next: seed + 1, isStopped: true, slowestMs: HANG_CPU_MS, slowestSeed: seed })
      }
      // Of all threads, of which no other has anything to do.
      const watchdog = setInterval(() => {
        const [seed = 0] = current
        if (seed !== seen.seed) seen = { seed, cpu: process.cpuUsage(), at: Date.now() }
        const { user, system } = process.cpuUsage(seen.cpu)
        if (user + system > HANG_CPU_MS * 1_000) giveUp(`did not end within ${HANG_CPU_MS} ms of CPU`)
        else if (Date.now() - seen.at > HANG_MS) giveUp(`did not end within ${HANG_MS} ms`)
      }, LOOK_EVERY_MS)
      worker.on("error", (error) => giveUp(`ended the thread: ${String(error)}`))
      worker.on("message", (message: FromWorker) => {
        if ("kind" in message) onFailure(message)
        else end({ isStopped: false, ...message })
      })
      worker.postMessage({ ...attempts, current } satisfies Attempts)
    })
  }
}

export const countOf = (kind: FailureKind, { failures }: Row): number =>
  failures.filter((failure) => failure.kind === kind).length

/** One piece of JavaScript, so that nothing is transpiled while inputs are tried. */
async function bundleWorker(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(__dirname, "fuzz-worker.ts")],
    ...{ bundle: true, write: false, packages: "external", logLevel: "silent" },
    ...{ platform: "node", target: "node20", format: "cjs" },
  })
  return outputFiles[0]?.text ?? ""
}
