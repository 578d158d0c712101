import { Table } from "@medusajs/ui"
import { useTranslation } from "react-i18next"
import { NAMESPACE } from "../../i18n/namespace"
import { TAGS_PER_PAGE } from "../../lib/tag-query"

interface TagPagesProps {
  readonly page: number
  readonly count: number
  readonly onChange: (page: number) => void
}

export function TagPages({ page, count, onChange }: TagPagesProps) {
  const { t } = useTranslation(NAMESPACE)
  const pages = Math.ceil(count / TAGS_PER_PAGE)
  return (
    <Table.Pagination
      count={count}
      pageSize={TAGS_PER_PAGE}
      pageIndex={page}
      pageCount={pages}
      canPreviousPage={page > 0}
      canNextPage={page < pages - 1}
      previousPage={() => onChange(page - 1)}
      nextPage={() => onChange(page + 1)}
      translations={{
        of: t("general.of"),
        results: t("general.results"),
        pages: t("general.pages"),
        prev: t("general.prev"),
        next: t("general.next"),
      }}
    />
  )
}
