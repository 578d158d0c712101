import { CLEAR_MUTANTS } from "./clears"
import { LOOKUP_MUTANTS } from "./lookups"
import type { Mutant } from "./mutant"
import { SERVER_MUTANTS } from "./servers"
import { SET_MUTANTS } from "./sets"

export type { Mutant } from "./mutant"

/**
 * What the simulation has to notice. Rules that only save work are not here: not storing what is dead on arrival, finding
 * out that a swap whose answer was lost was carried out (it is done twice otherwise, which is harmless), closing a cell
 * after a hit. Nor are those behind which there is a second one: records that were fetched for a lost log would also be
 * thrown away with the tag versions that they were added to. That an entry is judged by tag versions which cover the head
 * of its own lookup matters so seldom that 30,000 schedules do not miss it; a test of `LogReading` does.
 */
export const MUTANTS: readonly Mutant[] = [...SET_MUTANTS, ...CLEAR_MUTANTS, ...LOOKUP_MUTANTS, ...SERVER_MUTANTS]

export function mutantWithout(rule: string): Mutant {
  const mutant = MUTANTS.find((candidate) => candidate.rule === rule)
  if (!mutant) throw new Error(`there is no mutant for: ${rule}`)
  return mutant
}
