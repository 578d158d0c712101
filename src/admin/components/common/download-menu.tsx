import { ArrowDownTray, EllipsisHorizontal } from "@medusajs/icons"
import { DropdownMenu, IconButton, toast } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../../i18n/namespace"

interface DownloadMenuProps {
  /** The name of the file. */
  readonly name: string
  readonly fetchCsv: () => Promise<Response>
}

/** The menu of a table, to take it along as CSV. */
export function DownloadMenu({ name, fetchCsv }: DownloadMenuProps) {
  const { t } = useTranslation(NAMESPACE)
  const download = () =>
    fetchCsv()
      .then((answer) => answer.blob())
      .then((blob) => save(blob, name))
      .catch(() => toast.error(t("download.failed")))
  return (
    <DropdownMenu>
      <DropdownMenu.Trigger asChild>
        <IconButton size="small" variant="transparent" aria-label={t("download.menu")}>
          <EllipsisHorizontal />
        </IconButton>
      </DropdownMenu.Trigger>
      <DropdownMenu.Content align="end">
        <DropdownMenu.Item className="gap-x-2" onClick={() => void download()}>
          <ArrowDownTray className="text-ui-fg-subtle" />
          {t("download.csv")}
        </DropdownMenu.Item>
      </DropdownMenu.Content>
    </DropdownMenu>
  )
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a")
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
