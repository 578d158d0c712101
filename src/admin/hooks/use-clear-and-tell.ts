import type { ClearOutcome } from "../lib/clear-outcome"
import type { ClearScope } from "../lib/clear-scope"
import { useClear } from "./use-clear"
import { useOutcomeToast } from "./use-outcome-toast"

/** For a button without a dialog: clears, and says in a toast how it went. */
export function useClearAndTell() {
  const { clear, isClearing } = useClear()
  const tell = useOutcomeToast()

  const clearAndTell = async (scope: ClearScope): Promise<ClearOutcome | undefined> => {
    const outcome = await clear(scope)
    if (outcome !== undefined) tell(outcome)
    return outcome
  }
  return { clearAndTell, isClearing }
}
