import { Container, Heading, Text } from "@medusajs/ui"
import type { PropsWithChildren, ReactNode } from "react"

interface PageMessageProps extends PropsWithChildren {
  readonly title: string
  readonly text: string
  readonly icon: ReactNode
  readonly testId: string
}

/** Takes the place of the page's parts when there is nothing for them to show. */
export function PageMessage({ title, text, icon, testId, children }: PageMessageProps) {
  return (
    <Container className="flex flex-col items-center gap-y-4 px-6 py-12" data-testid={testId}>
      <div className="bg-ui-bg-subtle border-ui-border-base text-ui-fg-subtle flex size-10 items-center justify-center rounded-lg border">
        {icon}
      </div>
      <div className="flex max-w-xl flex-col items-center gap-y-1 text-center">
        <Heading level="h2">{title}</Heading>
        <Text size="small" className="text-ui-fg-subtle text-balance">
          {text}
        </Text>
      </div>
      {children}
    </Container>
  )
}
