import type { BenchCase } from "./cases/bench-case"
import type { Contender, ContenderName } from "./contenders/contender"
import { measure, type Measurement } from "./measurement"
import { shuffled } from "./random"
import type { Wire } from "./wire"

export type Measurements = Partial<Record<ContenderName, Measurement[]>>

const MAX_DISTURBED_ROUNDS = 5

const WARM_UP_ROUNDS = 2

export interface RoundOptions {
  readonly rounds: number
  readonly wire: Wire
}

type Round = Partial<Record<ContenderName, Measurement>>

/** A contender has run into a time-out or has lost its connection: the machine was too busy, and the round is void. */
class DisturbedRound extends Error {}

/** Measures the contenders in turns, in another order each round, so that no one always runs while the machine is busy. */
export async function runRounds(
  benchCase: BenchCase,
  contenders: readonly Contender[],
  { rounds, wire }: RoundOptions
): Promise<Measurements> {
  const able = contenders.filter(
    ({ name }) => (benchCase.needsNoTags || name !== "floor") && (benchCase.usesCopies || name !== "withoutCopies")
  )
  for (const contender of able) {
    await vouched(contender, `${benchCase.name}, setting up`, async () => benchCase.setUp?.(contender.cache))
  }
  const measured: Round[] = []
  for (let number = 0; measured.length < WARM_UP_ROUNDS + rounds; number++) {
    try {
      measured.push(await runRound(benchCase, shuffled(able), { number, wire }))
    } catch (error) {
      if (!(error instanceof DisturbedRound) || number - measured.length === MAX_DISTURBED_ROUNDS) throw error
      console.error(`${error.message}: the round does not count`)
    }
  }
  const kept = measured.slice(WARM_UP_ROUNDS)
  return Object.fromEntries(able.map(({ name }) => [name, kept.flatMap((round) => round[name] ?? [])]))
}

async function runRound(
  benchCase: BenchCase,
  contenders: readonly Contender[],
  { number, wire }: { readonly number: number; readonly wire: Wire }
): Promise<Round> {
  const round: Round = {}
  for (const contender of contenders) {
    const { cache, name } = contender
    round[name] = await vouched(contender, `${benchCase.name}, round ${number}`, async () => {
      await benchCase.prepare?.(cache, number)
      const measurement = await measure(() => benchCase.run(cache, number), {
        hasBackground: benchCase.hasBackground,
        wire,
      })
      await benchCase.verify?.(cache, number)
      return measurement
    })
  }
  return round
}

/** Rejects when the work does, and also when the contender has complained meanwhile. */
async function vouched<T>(contender: Contender, when: string, work: () => Promise<T>): Promise<T> {
  const outcome = await work().then(
    (result) => ({ result }),
    (error: unknown) => ({ error })
  )
  const [complaint] = contender.takeComplaints()
  if (complaint !== undefined) throw new DisturbedRound(`${when}: ${contender.name} says "${complaint}"`)
  if ("result" in outcome) return outcome.result
  throw new Error(`${when}: ${contender.name} has not done what is measured`, { cause: outcome.error })
}
