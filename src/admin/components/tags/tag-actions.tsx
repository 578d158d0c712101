import { ArrowUpRightOnBox, BroomSparkle, EllipsisHorizontal, MagnifyingGlass, SquareTwoStack } from "@medusajs/icons"
import { DropdownMenu, IconButton, toast } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { Link } from "react-router-dom"
import { NAMESPACE } from "../../i18n/namespace"
import { copyText } from "../../lib/copy-text"
import { pageOfTag } from "../../lib/entity-kinds"
import { parseTag } from "../../lib/tag-name"

interface TagActionsProps {
  readonly tag: string
  readonly mayClear: boolean
  readonly onInspect: () => void
  readonly onClear: () => void
}

export function TagActions({ tag, mayClear, onInspect, onClear }: TagActionsProps) {
  const { t } = useTranslation(NAMESPACE)
  const { entity, rest } = parseTag(tag)
  const page = pageOfTag(entity, rest)
  const copy = async () => {
    if (await copyText(tag)) toast.success(t("actions.copied"))
    else toast.error(t("configuration.notCopied"))
  }
  return (
    <DropdownMenu>
      <DropdownMenu.Trigger asChild>
        <IconButton size="small" variant="transparent" aria-label={t("tags.actionsFor", { tag })}>
          <EllipsisHorizontal />
        </IconButton>
      </DropdownMenu.Trigger>
      <DropdownMenu.Content align="end">
        <DropdownMenu.Item className="gap-x-2" disabled={!mayClear} onSelect={onClear}>
          <BroomSparkle className="text-ui-fg-subtle" />
          {t("clear.action")}
        </DropdownMenu.Item>
        <DropdownMenu.Item className="gap-x-2" onSelect={onInspect}>
          <MagnifyingGlass className="text-ui-fg-subtle" />
          {t("tags.inspect")}
        </DropdownMenu.Item>
        <DropdownMenu.Item className="gap-x-2" onSelect={() => void copy()}>
          <SquareTwoStack className="text-ui-fg-subtle" />
          {t("actions.copy")}
        </DropdownMenu.Item>
        {page !== undefined && (
          <DropdownMenu.Item className="gap-x-2" asChild>
            <Link to={page}>
              <ArrowUpRightOnBox className="text-ui-fg-subtle" />
              {t("tags.open", { entity })}
            </Link>
          </DropdownMenu.Item>
        )}
      </DropdownMenu.Content>
    </DropdownMenu>
  )
}
