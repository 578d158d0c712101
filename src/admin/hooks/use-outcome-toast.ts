import { toast } from "@medusajs/ui"
import { type ClearOutcome, wordsFor } from "../lib/clear-outcome"
import { useOutcomeText } from "./use-outcome-text"

/** Says in a toast how a clear has ended. The toasts of the dashboard are read aloud. */
export function useOutcomeToast(): (outcome: ClearOutcome) => void {
  const textOf = useOutcomeText()
  return (outcome) => {
    const { title, description } = textOf(outcome)
    toast[wordsFor(outcome).tone](title, { description })
  }
}
