import { RadioGroup } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../../i18n/namespace"
import type { ClearScope, ClearScopeKind } from "../../lib/clear-scope"
import { ENTITY_KINDS } from "../../lib/entity-kinds"
import { EntitiesField } from "./entities-field"
import { KeyField } from "./key-field"
import { TagsField } from "./tags-field"

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
