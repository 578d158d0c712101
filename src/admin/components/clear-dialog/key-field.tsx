import { Hint, Input, Label } from "@medusajs/ui"
import { useId } from "react"
import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../../i18n/namespace"

interface KeyFieldProps {
  readonly value: string
  readonly onChange: (key: string) => void
}

export function KeyField({ value, onChange }: KeyFieldProps) {
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
