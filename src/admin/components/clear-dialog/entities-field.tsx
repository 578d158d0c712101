import { XMarkMini } from "@medusajs/icons"
import { Badge, Label, Select } from "@medusajs/ui"
import { useId, useState } from "react"
import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../../i18n/namespace"
import { ENTITY_KINDS } from "../../lib/entity-kinds"
import type { EntityChoice } from "../../hooks/use-entity-choices"
import { EntitySearch } from "./entity-search"

interface EntitiesFieldProps {
  readonly type: string
  readonly ids: readonly string[]
  readonly onChange: (type: string, ids: readonly string[]) => void
}

/** Products, categories and so on, found by their names in the shop's own data. */
export function EntitiesField({ type, ids, onChange }: EntitiesFieldProps) {
  const { t } = useTranslation(NAMESPACE)
  const id = useId()
  const [chosen, setChosen] = useState<readonly EntityChoice[]>([])
  const kind = ENTITY_KINDS.find((candidate) => candidate.type === type)

  const choose = (choices: readonly EntityChoice[], of = type) => {
    setChosen(choices)
    onChange(
      of,
      choices.map((choice) => choice.id)
    )
  }

  return (
    <div className="flex flex-col gap-y-3">
      <div className="grid gap-3 sm:grid-cols-[200px_minmax(0,1fr)]">
        <div className="flex flex-col gap-y-2">
          <Label id={`${id}-type`} size="small" weight="plus">
            {t("dialog.entities.type")}
          </Label>
          <Select value={type} onValueChange={(next) => choose([], next)}>
            <Select.Trigger aria-labelledby={`${id}-type`}>
              <Select.Value />
            </Select.Trigger>
            <Select.Content>
              {ENTITY_KINDS.map((candidate) => (
                <Select.Item key={candidate.type} value={candidate.type}>
                  {t(`entityKind.${candidate.type}`)}
                </Select.Item>
              ))}
            </Select.Content>
          </Select>
        </div>
        {kind !== undefined && (
          <EntitySearch
            key={type}
            kind={kind}
            chosenIds={ids}
            onChoose={(choice) =>
              choose(ids.includes(choice.id) ? chosen.filter(({ id }) => id !== choice.id) : [...chosen, choice])
            }
          />
        )}
      </div>
      {chosen.length > 0 && (
        <ul className="flex flex-wrap gap-2" aria-label={t("dialog.entities.chosen")}>
          {chosen.map((choice) => (
            <li key={choice.id} className="max-w-full">
              <Badge size="small" className="max-w-full gap-x-1 pe-1">
                <span className="truncate">{choice.name}</span>
                <button
                  type="button"
                  className="focus-visible:shadow-borders-focus text-ui-fg-subtle hover:text-ui-fg-base rounded outline-none"
                  aria-label={t("dialog.entities.remove", { name: choice.name })}
                  onClick={() => choose(chosen.filter(({ id }) => id !== choice.id))}
                >
                  <XMarkMini />
                </button>
              </Badge>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
