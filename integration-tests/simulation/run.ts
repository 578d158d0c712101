import { availableParallelism } from "node:os"
import { bundleWorker } from "./bundle"
import { runCampaign, startWorker } from "./fleet"
import { killMutants } from "./mutation-testing"
import { DRILL, type Emphasis } from "./profile"
import type { BatchRequest, BatchResult, FailedSchedule } from "./schedule-worker"
import { printTally } from "./report"

/*
 * npm run test:simulation -- [--schedules 200000] [--seed 1]     many schedules; exit code 1 when one of them fails
 * npm run test:simulation -- --trace --seed 4711                 one schedule, step by step
 * npm run test:simulation -- --drill [--servers 2]               drills only; together with --trace, too
 * npm run test:simulation -- --mutants [--only <part of name>]   whether the simulation notices when a rule is missing
 */

const COMMAND = "npx tsx integration-tests/simulation/run.ts"
const PROGRESS_EVERY_MS = 10_000
const FAILURES_MAX = 500
/** Of each kind of violation. */
const SHORTEST_SHOWN = 2

async function main(): Promise<void> {
  const workers = Number(option("workers") ?? availableParallelism())
  const firstSeed = Number(option("seed") ?? 1)
  if (process.argv.includes("--mutants")) {
    process.exitCode = (await killMutants({ workers, firstSeed, only: option("only") })) ? 0 : 1
    return
  }
  const emphasis = process.argv.includes("--drill") ? { ...DRILL, servers: Number(option("servers") ?? 3) } : undefined
  const bundle = await bundleWorker()
  if (process.argv.includes("--trace")) return trace(bundle, firstSeed, emphasis)

  const schedules = Number(option("schedules") ?? 200_000)
  const began = Date.now()
  let reported = began
  const { tally, failures } = await runCampaign({
    bundle,
    firstSeed,
    schedules,
    workers,
    failuresMax: FAILURES_MAX,
    ...(emphasis && { emphasis }),
    onProgress: (soFar, failed) => {
      if (Date.now() - reported < PROGRESS_EVERY_MS) return
      reported = Date.now()
      const seconds = Math.round((reported - began) / 1000)
      console.log(`${seconds} s: ${soFar.schedules} of ${schedules} schedules, ${failed.length} with a violation`)
    },
  })
  printTally(tally, failures.length, Date.now() - began)
  for (const [kind, schedules] of byKind(failures)) {
    console.log(`\n${schedules.length} schedules: ${kind}`)
    for (const { seed, steps, violations } of schedules.slice(0, SHORTEST_SHOWN)) {
      console.log(`  seed ${seed}, ${steps} steps: ${COMMAND} --trace --seed ${seed}`)
      console.log(`    ${violations.slice(0, 3).join("\n    ")}`)
    }
  }
  const objections = tally.objections()
  for (const objection of objections) console.log(`\nThis run proves nothing: ${objection}`)
  process.exitCode = failures.length + objections.length > 0 ? 1 : 0
}

/** Schedules that broke in the same way, shortest first. */
function byKind(failures: readonly FailedSchedule[]): Map<string, FailedSchedule[]> {
  const kinds = new Map<string, FailedSchedule[]>()
  for (const failure of [...failures].sort((a, b) => a.steps - b.steps)) {
    const kind = (failure.violations[0] ?? "").replace(/\d+/g, "#").slice(0, 48)
    kinds.set(kind, [...(kinds.get(kind) ?? []), failure])
  }
  return kinds
}

function trace(bundle: string, seed: number, emphasis: Emphasis | undefined): void {
  const worker = startWorker(bundle)
  const request: BatchRequest = { firstSeed: seed, count: 1, emphasis, traced: true }
  worker.postMessage(request)
  worker.on("message", ({ trace }: BatchResult) => {
    console.log(trace.join("\n"))
    void worker.terminate()
  })
}

function option(name: string): string | undefined {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? undefined : process.argv[at + 1]
}

void main()
