import { MagnifyingGlassMini } from "@medusajs/icons"
import { Input, Select } from "@medusajs/ui"
import { useEffect, useState } from "react"
import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../../i18n/namespace"
import type { TagQuery } from "../../lib/tag-query"

const TYPING_PAUSE_MS = 300
/** The control has no empty value. */
const ALL = "*"

interface TagToolbarProps {
  readonly query: TagQuery
  readonly entities: readonly string[]
  readonly onChange: (change: Partial<TagQuery>) => void
}

export function TagToolbar({ query, entities, onChange }: TagToolbarProps) {
  const { t } = useTranslation(NAMESPACE)
  const [text, setText] = useState(query.search)

  // The address may change by itself: by going back, or by a link of a widget.
  useEffect(() => setText(query.search), [query.search])
  useEffect(() => {
    if (text === query.search) {
      return
    }
    const timer = setTimeout(() => onChange({ search: text }), TYPING_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text, query.search, onChange])

  return (
    <div className="flex flex-wrap items-center gap-2 px-6 py-4">
      <div className="relative min-w-48 grow sm:max-w-xs">
        <MagnifyingGlassMini
          className="text-ui-fg-subtle pointer-events-none absolute inset-y-0 start-1.5 z-[1] my-auto"
          aria-hidden="true"
        />
        {/* Of the type "search" the dashboard's field has an image without a name. */}
        <Input
          role="searchbox"
          className="ps-7"
          size="small"
          value={text}
          placeholder={t("tags.search")}
          aria-label={t("tags.search")}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <div className="w-48">
        <Select
          size="small"
          value={query.entity === "" ? ALL : query.entity}
          onValueChange={(value) => onChange({ entity: value === ALL ? "" : value })}
        >
          <Select.Trigger aria-label={t("tags.filter")}>
            <Select.Value />
          </Select.Trigger>
          <Select.Content>
            <Select.Item value={ALL}>{t("tags.allEntities")}</Select.Item>
            {entities.map((entity) => (
              <Select.Item key={entity} value={entity}>
                {entity}
              </Select.Item>
            ))}
          </Select.Content>
        </Select>
      </div>
    </div>
  )
}
