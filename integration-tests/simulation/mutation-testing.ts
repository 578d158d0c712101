import { bundleWorker } from "./bundle"
import { runCampaign } from "./fleet"
import { MUTANTS, type Mutant } from "./mutants"
import type { FailedSchedule } from "./schedule-worker"
import { printTable } from "./report"

/** A mutant that survives so many schedules counts as not killed. */
const SCHEDULES_MAX = 30_000

export interface Verdict {
  readonly mutant: Mutant
  /** How many schedules it took; undefined when it was not killed. */
  readonly schedules: number | undefined
  readonly seed: number | undefined
  readonly violation: string
}

/**
 * Runs schedules without one rule until one of them shows that it is missing. A schedule that fails with the engine as it is
 * as well proves nothing against the mutant.
 */
export async function tryMutant(mutant: Mutant, bundle: string, workers: number, firstSeed: number): Promise<Verdict> {
  const emphasis = mutant.emphasis && { emphasis: mutant.emphasis }
  const proves = ({ violations }: FailedSchedule) =>
    violations.some((each) => each.includes(mutant.violation ?? "STALE"))
  const campaign = { bundle, firstSeed, schedules: SCHEDULES_MAX, workers, failuresMax: 1, ...emphasis }
  const { failures } = await runCampaign({ ...campaign, missingRule: mutant.rule, counts: proves })
  const first = failures.find(proves)
  if (first) {
    const unmutated = await runCampaign({ ...campaign, firstSeed: first.seed, schedules: 1, workers: 1 })
    const [flaw] = unmutated.failures
    if (flaw) throw new Error(`seed ${first.seed} fails without the mutation, too: ${flaw.violations[0]}`)
  }
  return {
    mutant,
    schedules: first && first.seed - firstSeed + 1,
    seed: first?.seed,
    violation: first?.violations.find((each) => each.includes(mutant.violation ?? "STALE")) ?? "",
  }
}

/** true when every mutant was killed. */
export async function killMutants(options: { workers: number; firstSeed: number; only?: string }): Promise<boolean> {
  const verdicts: Verdict[] = []
  const bundle = await bundleWorker()
  for (const mutant of MUTANTS) {
    if (options.only !== undefined && !mutant.rule.includes(options.only)) continue
    const verdict = await tryMutant(mutant, bundle, options.workers, options.firstSeed)
    verdicts.push(verdict)
    const { schedules, seed, violation } = verdict
    console.log(
      schedules === undefined
        ? `SURVIVED  ${mutant.rule}`
        : `killed ${mutant.rule} (seed ${seed}): ${violation.slice(0, 140)}`
    )
  }
  console.log("")
  printTable([
    ["without the rule", "schedules", "seed"],
    ...verdicts.map(({ mutant, schedules, seed }) => [mutant.rule, schedules ?? "survived", seed ?? "-"]),
  ])
  return verdicts.every(({ schedules }) => schedules !== undefined)
}
