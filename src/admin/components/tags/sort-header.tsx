import { TriangleDownMini, TriangleUpMini } from "@medusajs/icons"
import { clx, Table } from "@medusajs/ui"
import type { TagQuery, TagSort } from "../../lib/tag-query"

interface SortHeaderProps {
  readonly column: TagSort
  readonly label: string
  readonly query: TagQuery
  readonly onSort: (change: Partial<TagQuery>) => void
  readonly isNumber?: boolean
}

/** The head of a column: sorts by it, and the other way round the next time. */
export function SortHeader({ column, label, query, onSort, isNumber = false }: SortHeaderProps) {
  const isSorted = query.sort === column
  return (
    <Table.HeaderCell
      scope="col"
      aria-sort={isSorted ? (query.descending ? "descending" : "ascending") : "none"}
      className={clx({ "text-end": isNumber })}
    >
      <button
        type="button"
        className="focus-visible:shadow-borders-focus inline-flex items-center gap-x-0.5 whitespace-nowrap rounded outline-none"
        onClick={() => onSort({ sort: column, descending: isSorted ? !query.descending : column !== "tag" })}
      >
        {label}
        <span className={clx("text-ui-fg-subtle", { invisible: !isSorted })} aria-hidden="true">
          {query.descending ? <TriangleDownMini /> : <TriangleUpMini />}
        </span>
      </button>
    </Table.HeaderCell>
  )
}
