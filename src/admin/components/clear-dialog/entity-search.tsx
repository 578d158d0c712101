import { Check } from "@medusajs/icons"
import { clx, Input, Label } from "@medusajs/ui"
import { type KeyboardEvent, useEffect, useId, useState } from "react"
import { useTranslation } from "react-i18next"
import { type EntityChoice, useEntityChoices } from "../../hooks/use-entity-cache"
import { NAMESPACE } from "../../i18n/namespace"
import type { EntityKind } from "../../lib/tags"

const TYPING_PAUSE_MS = 250

interface EntitySearchProps {
  readonly kind: EntityKind
  readonly chosenIds: readonly string[]
  /** Also for one that is chosen already: it is not any more then. */
  readonly onChoose: (choice: EntityChoice) => void
}

/** A field with a list below it, with the keys of the ARIA pattern "combobox": arrows, Enter, Escape. */
export function EntitySearch({ kind, chosenIds, onChoose }: EntitySearchProps) {
  const { t } = useTranslation(NAMESPACE)
  const id = useId()
  const [text, setText] = useState("")
  const [search, setSearch] = useState("")
  const [isOpen, setIsOpen] = useState(false)
  const [active, setActive] = useState(0)
  const { data = [], isFetching, isError, isPlaceholderData } = useEntityChoices(kind, search, isOpen)
  // The list is about what was typed some moments ago.
  const isBehind = isPlaceholderData || text.trim() !== search

  useEffect(() => {
    const timer = setTimeout(() => setSearch(text.trim()), TYPING_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text])
  useEffect(() => setActive(0), [data])

  const onKeyDown = (event: KeyboardEvent) => {
    const activeChoice = data[active]
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault()
      setIsOpen(true)
      const next = (active + (event.key === "ArrowDown" ? 1 : data.length - 1)) % Math.max(1, data.length)
      setActive(next)
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: "nearest" })
    } else if (event.key === "Enter" && isOpen && activeChoice !== undefined) {
      event.preventDefault()
      if (!isBehind) onChoose(activeChoice)
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault()
      setIsOpen(false)
    }
  }

  return (
    <div className="relative flex flex-col gap-y-2">
      <Label htmlFor={id} size="small" weight="plus">
        {t("dialog.entities.search")}
      </Label>
      <Input
        id={id}
        role="combobox"
        autoComplete="off"
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && data.length > 0 ? `${id}-${active}` : undefined}
        value={text}
        placeholder={t("dialog.entities.placeholder")}
        onFocus={() => setIsOpen(true)}
        onBlur={() => setIsOpen(false)}
        onChange={(event) => {
          setText(event.target.value)
          setIsOpen(true)
        }}
        onKeyDown={onKeyDown}
      />
      {isOpen && (
        <div className="bg-ui-bg-component shadow-elevation-flyout absolute inset-x-0 top-full z-10 mt-1 max-h-64 overflow-auto rounded-lg p-1">
          <ul
            id={`${id}-list`}
            role="listbox"
            aria-busy={isBehind}
            aria-multiselectable="true"
            aria-label={t(`entityKind.${kind.type}`)}
          >
            {data.map((choice, index) => (
              <li
                key={choice.id}
                id={`${id}-${index}`}
                role="option"
                aria-selected={chosenIds.includes(choice.id)}
                className={clx("txt-compact-small flex cursor-pointer items-center gap-x-2 rounded px-2 py-1.5", {
                  "bg-ui-bg-component-hover": index === active,
                })}
                // The field must not lose the focus, on which the list would close before the click.
                onMouseDown={(event) => event.preventDefault()}
                onMouseEnter={() => setActive(index)}
                onClick={() => onChoose(choice)}
              >
                <Check className={clx({ invisible: !chosenIds.includes(choice.id) })} aria-hidden="true" />
                <span className="truncate">{choice.name}</span>
              </li>
            ))}
          </ul>
          {data.length === 0 && (
            <p className="txt-compact-small text-ui-fg-subtle px-2 py-1.5" role="status">
              {t(isFetching ? "labels.loading" : isError ? "dialog.entities.failed" : "dialog.entities.none")}
            </p>
          )}
        </div>
      )}
    </div>
  )
}
