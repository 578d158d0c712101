import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { csvOf, type Row } from "./table"

const CSV = "text/csv"

/** Whether the request prefers CSV. JSON is the default. */
export const wantsCsv = (req: Pick<MedusaRequest, "accepts">): boolean => req.accepts("json", CSV) === CSV

/** Answers with a table, as a file of this name. */
export function sendCsv<Column extends string>(
  res: MedusaResponse<string>,
  name: string,
  columns: readonly Column[],
  rows: readonly Row<Column>[]
): void {
  res.setHeader("content-type", `${CSV}; charset=utf-8; header=present`)
  res.setHeader("content-disposition", `attachment; filename="${name}.csv"`)
  res.send(csvOf(columns, rows))
}
