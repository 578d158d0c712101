import type { ReactNode } from "react"

export interface Fact {
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
