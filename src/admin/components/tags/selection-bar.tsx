import { CommandBar } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../../i18n/namespace"

interface SelectionBarProps {
  readonly count: number
  readonly isBusy: boolean
  readonly onClear: () => void
  readonly onCancel: () => void
}

/** What can be done with the tags that are selected. */
export function SelectionBar({ count, isBusy, onClear, onCancel }: SelectionBarProps) {
  const { t } = useTranslation(NAMESPACE)
  return (
    <CommandBar open={count > 0} disableAutoFocus>
      <CommandBar.Bar>
        <CommandBar.Value>{t("general.countSelected", { count })}</CommandBar.Value>
        <CommandBar.Seperator />
        <CommandBar.Command
          action={onClear}
          label={t("clear.selected", { count })}
          shortcut="c"
          disabled={isBusy}
          data-testid="clear-selected"
        />
        <CommandBar.Seperator />
        <CommandBar.Command action={onCancel} label={t("tags.unselect")} shortcut="esc" />
      </CommandBar.Bar>
    </CommandBar>
  )
}
