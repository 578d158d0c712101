import { readFileSync, writeFileSync } from "node:fs"
import { resolve } from "node:path"

const FILE = resolve(__dirname, "../docs/performance.md")

/** What `npm run bench -- --write` replaces is between these. */
const BEGIN = "<!-- npm run bench -- --write -->"
const END = "<!-- end -->"

/** Puts a table, and what it was measured with, into the documentation. */
export function writeFigures(table: string, conditions: string): void {
  const text = readFileSync(FILE, "utf8")
  const begin = text.indexOf(BEGIN)
  const end = text.indexOf(END, begin)
  if (begin < 0 || end < 0) throw new Error(`${FILE} has no place for the figures: ${BEGIN} … ${END}`)
  writeFileSync(FILE, `${text.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${conditions}\n\n${text.slice(end)}`)
}
