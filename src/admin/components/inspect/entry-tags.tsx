import { Badge, Button, Heading } from "@medusajs/ui"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../../i18n/namespace"

/** An entry of a product list carries a thousand tags. */
const SHOWN_AT_FIRST = 12

interface EntryTagsProps {
  readonly tags: readonly string[]
  readonly onInspect: (tag: string) => void
}

export function EntryTags({ tags, onInspect }: EntryTagsProps) {
  const { t } = useTranslation(NAMESPACE)
  const [isOpen, setIsOpen] = useState(false)
  const shown = isOpen ? tags : tags.slice(0, SHOWN_AT_FIRST)
  return (
    <div className="flex flex-col gap-y-2 px-6 py-4">
      <Heading level="h3">{t("inspect.tags", { count: tags.length })}</Heading>
      <ul className="flex flex-wrap gap-1.5" dir="ltr">
        {shown.map((tag) => (
          <li key={tag} className="max-w-full">
            <Badge size="2xsmall" asChild className="max-w-full font-mono">
              <button type="button" onClick={() => onInspect(tag)} title={tag}>
                <span className="truncate">{tag}</span>
              </button>
            </Badge>
          </li>
        ))}
      </ul>
      {shown.length < tags.length && (
        <div>
          <Button size="small" variant="transparent" onClick={() => setIsOpen(true)}>
            {t("general.plusCountMore", { count: tags.length - shown.length })}
          </Button>
        </div>
      )}
    </div>
  )
}
