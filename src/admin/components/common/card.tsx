import { Button, Container, Heading, Skeleton, Text, clx } from "@medusajs/ui"
import { type PropsWithChildren, type ReactNode, useId } from "react"
import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../../i18n/namespace"

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
      <div className="px-6 py-4">
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
          <Heading level="h2" id={id}>
            {title}
          </Heading>
          {actions}
        </div>
        {hint !== undefined && <p className="txt-small text-ui-fg-subtle">{hint}</p>}
      </div>
      {children}
    </Container>
  )
}

interface Fact {
  readonly label: string
  readonly value: ReactNode
}

/** Names and values, one pair a line. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="divide-y">
      {facts.map(({ label, value }) => (
        <div key={label} className="grid grid-cols-2 items-start gap-x-4 px-6 py-3">
          <dt className="txt-compact-small-plus text-ui-fg-subtle">{label}</dt>
          <dd className="txt-compact-small text-ui-fg-base min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  )
}

interface MeterProps {
  /** 0 to 1. */
  readonly ratio: number
  readonly label: string
  /** What is read aloud and shown by others beside it. */
  readonly text: string
  readonly color?: "green" | "orange"
  readonly className?: string
}

/** A bar that is filled up to a share of its width. */
export function Meter({ ratio, label, text, color = "green", className }: MeterProps) {
  // A part of nothing, as of a server that does not tell its limit, is no number.
  const percent = Number.isNaN(ratio) ? 0 : Math.round(Math.min(1, Math.max(0, ratio)) * 100)
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={text}
      className={clx("bg-ui-bg-component-hover h-1.5 w-full overflow-hidden rounded-full", className)}
    >
      <div
        className={clx("h-full rounded-full", color === "orange" ? "bg-ui-tag-orange-icon" : "bg-ui-tag-green-icon")}
        style={{ width: `${percent}%` }}
      />
    </div>
  )
}

interface LoadingProps {
  /** The final size, as classes: what comes takes the same place. */
  readonly className: string
  readonly count?: number
}

/** Takes the place of what is still on its way. The skeletons of the dashboard have the colour of its pages. */
export function Loading({ className, count = 1 }: LoadingProps) {
  const { t } = useTranslation(NAMESPACE)
  return (
    <div className="flex w-full flex-col gap-y-3" role="status" aria-busy="true" aria-label={t("labels.loading")}>
      {Array.from({ length: count }, (_, index) => (
        <Skeleton key={index} className={clx("bg-ui-bg-switch-off w-full motion-reduce:animate-none", className)} />
      ))}
    </div>
  )
}

interface FailedPartProps {
  readonly onRetry: () => unknown
}

/** One part of the page could not be loaded; the others are not affected. */
export function FailedPart({ onRetry }: FailedPartProps) {
  const { t } = useTranslation(NAMESPACE)
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 px-6 py-4" role="alert">
      <Text size="small" leading="compact" className="text-ui-fg-subtle">
        {t("states.partFailed")}
      </Text>
      <Button size="small" variant="secondary" onClick={() => void onRetry()}>
        {t("states.retry")}
      </Button>
    </div>
  )
}
