import { Badge } from "@medusajs/ui"

/** The type of what a tag stands for. */
export function EntityBadge({ entity }: { readonly entity: string }) {
  return (
    <Badge size="2xsmall" className="max-w-full" dir="ltr">
      <span className="truncate">{entity}</span>
    </Badge>
  )
}
