type Cell = string | number | boolean | null | readonly string[]

/** A row of which at least these columns are cells. */
export type Row<Column extends string> = Readonly<Record<Column, Cell>>

/**
 * Writes a table as CSV by RFC 4180, with a line of names first. Null becomes an empty cell, and a list is one cell.
 * Spreadsheets execute cells that begin like a formula, and anybody may name a tag, so such a text gets an apostrophe in
 * front.
 */
export function csvOf<Column extends string>(columns: readonly Column[], rows: readonly Row<Column>[]): string {
  const lines = [columns, ...rows.map((row) => columns.map((column) => textOf(row[column])))]
  return lines.map((cells) => `${cells.map(quoted).join(",")}\r\n`).join("")
}

/** `=`, `+`, `-`, `@` and their full-width forms, also after spaces, and what a spreadsheet may skip before them. */
const FORMULA = /^(?:\s*[=+\-@＝＋－＠]|[\t\r\n])/

function textOf(cell: Cell): string {
  if (cell === null) return ""
  if (typeof cell === "number" || typeof cell === "boolean") return String(cell)
  const text = typeof cell === "string" ? cell : cell.join(", ")
  return FORMULA.test(text) ? `'${text}` : text
}

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
