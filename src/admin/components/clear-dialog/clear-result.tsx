import { Alert } from "@medusajs/ui"
import { useOutcomeText } from "../../hooks/use-outcome-text"
import { type ClearOutcome, wordsFor } from "../../lib/clear-outcome"
import { InvalidationProgress } from "./invalidation-progress"

/** How the clear has ended, or how far it has come. */
export function ClearResult({ outcome }: { readonly outcome: ClearOutcome }) {
  const textOf = useOutcomeText()
  const { title, description } = textOf(outcome)
  return (
    <div className="flex flex-col gap-y-4" data-testid="clear-result">
      <Alert variant={wordsFor(outcome).tone}>
        <p className="txt-compact-small-plus">{title}</p>
        <p className="txt-small text-ui-fg-subtle">{description}</p>
      </Alert>
      {outcome.kind === "started" && <InvalidationProgress id={outcome.invalidationId} />}
    </div>
  )
}
