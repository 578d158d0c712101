import { Hint, Label, Textarea } from "@medusajs/ui"
import { useId, useState } from "react"
import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../../i18n/namespace"
import { parseTagList } from "../../lib/clear-scope"

/** Tags as text: what is pasted from a log or a spreadsheet works. */
export function TagsField({ onChange }: { readonly onChange: (tags: readonly string[]) => void }) {
  const { t } = useTranslation(NAMESPACE)
  const id = useId()
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
        {t("dialog.tags.hint")} {count > 0 && t("dialog.tags.count", { count })}
      </Hint>
    </div>
  )
}
