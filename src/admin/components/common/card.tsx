import { Container, Heading } from "@medusajs/ui"
import type { PropsWithChildren, ReactNode } from "react"
import { useId } from "react"

interface CardProps extends PropsWithChildren {
  readonly title: ReactNode
  /** Stands at the end of the line of the title. */
  readonly actions?: ReactNode
  readonly hint?: ReactNode
  readonly testId?: string
}

/** A section of the page under a heading of its own. */
export function Card({ title, actions, hint, testId, children }: CardProps) {
  const id = useId()
  return (
    <Container className="divide-y p-0" role="region" aria-labelledby={id} data-testid={testId}>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-6 py-4">
        <div className="min-w-0">
          <Heading level="h2" id={id}>
            {title}
          </Heading>
          {hint !== undefined && <p className="txt-small text-ui-fg-subtle">{hint}</p>}
        </div>
        {actions}
      </div>
      {children}
    </Container>
  )
}
