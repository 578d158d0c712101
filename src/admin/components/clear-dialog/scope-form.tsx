import { XMarkMini } from "@medusajs/icons"
import { Badge, Hint, Input, Label, RadioGroup, Select, Textarea } from "@medusajs/ui"
import { useId, useState } from "react"
import { useTranslation } from "react-i18next"
import type { EntityChoice } from "../../hooks/use-entity-cache"
import { useFormat } from "../../hooks/use-format"
import { NAMESPACE } from "../../i18n/namespace"
import { type ClearScope, type ClearScopeKind, parseTagList } from "../../lib/clear-scope"
import { ENTITY_KINDS } from "../../lib/tags"
import { EntitySearch } from "./entity-search"

const KINDS: readonly ClearScopeKind[] = ["entities", "tags", "key", "everything"]

interface ScopeFormProps {
  readonly scope: ClearScope
  readonly onChange: (scope: ClearScope) => void
  readonly isDisabled: boolean
}

/** What to clear. */
export function ScopeForm({ scope, onChange, isDisabled }: ScopeFormProps) {
  const { t } = useTranslation(NAMESPACE)
  return (
    <div className="flex flex-col gap-y-6">
      <RadioGroup
        className="grid gap-3 sm:grid-cols-2"
        aria-label={t("dialog.title")}
        value={scope.kind}
        disabled={isDisabled}
        onValueChange={(kind) => onChange(emptyScope(kind as ClearScopeKind))}
      >
        {KINDS.map((kind) => (
          <RadioGroup.ChoiceBox
            key={kind}
            value={kind}
            label={t(`dialog.${kind}.label`)}
            description={t(`dialog.${kind}.description`)}
            data-testid={`scope-${kind}`}
          />
        ))}
      </RadioGroup>
      {scope.kind === "tags" && <TagsField onChange={(tags) => onChange({ kind: "tags", tags })} />}
      {scope.kind === "key" && <KeyField value={scope.key} onChange={(key) => onChange({ kind: "key", key })} />}
      {scope.kind === "entities" && (
        <EntitiesField
          type={scope.type}
          ids={scope.ids}
          onChange={(type, ids) => onChange({ kind: "entities", type, ids })}
        />
      )}
    </div>
  )
}

function emptyScope(kind: ClearScopeKind): ClearScope {
  switch (kind) {
    case "tags":
      return { kind, tags: [] }
    case "key":
      return { kind, key: "" }
    case "entities":
      return { kind, type: ENTITY_KINDS[0]?.type ?? "Product", ids: [] }
    case "everything":
      return { kind }
  }
}

interface KeyFieldProps {
  readonly value: string
  readonly onChange: (key: string) => void
}

function KeyField({ value, onChange }: KeyFieldProps) {
  const { t } = useTranslation(NAMESPACE)
  const id = useId()
  return (
    <div className="flex flex-col gap-y-2">
      <Label htmlFor={id} size="small" weight="plus">
        {t("dialog.key.field")}
      </Label>
      <Input
        id={id}
        dir="ltr"
        className="font-mono"
        value={value}
        aria-describedby={`${id}-hint`}
        onChange={(event) => onChange(event.target.value)}
      />
      <Hint id={`${id}-hint`}>{t("dialog.key.hint")}</Hint>
    </div>
  )
}

/** Tags as text: what is pasted from a log or a spreadsheet works. */
function TagsField({ onChange }: { readonly onChange: (tags: readonly string[]) => void }) {
  const { t } = useTranslation(NAMESPACE)
  const id = useId()
  const format = useFormat()
  const [text, setText] = useState("")
  const count = parseTagList(text).length
  return (
    <div className="flex flex-col gap-y-2">
      <Label htmlFor={id} size="small" weight="plus">
        {t("dialog.tags.field")}
      </Label>
      <Textarea
        id={id}
        dir="ltr"
        rows={4}
        className="font-mono"
        value={text}
        placeholder={"Product:prod_01J…\nRegion:list:*"}
        aria-describedby={`${id}-hint`}
        onChange={(event) => {
          setText(event.target.value)
          onChange(parseTagList(event.target.value))
        }}
      />
      <Hint id={`${id}-hint`}>
        {t("dialog.tags.hint")}
        {count > 0 && ` · ${t("dialog.tags.count", { count, formatted: format.integer(count) })}`}
      </Hint>
    </div>
  )
}

interface EntitiesFieldProps {
  readonly type: string
  readonly ids: readonly string[]
  readonly onChange: (type: string, ids: readonly string[]) => void
}

/** Products, categories and so on, found by their names in the shop's own data. */
function EntitiesField({ type, ids, onChange }: EntitiesFieldProps) {
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
