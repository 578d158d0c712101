import { readFileSync, writeFileSync } from "node:fs"
import { resolve } from "node:path"
import { format, resolveConfig } from "prettier"

const FILE = resolve(__dirname, "../docs/performance.md")

/** What `npm run bench -- --write` replaces is between these. */
const BEGIN = "<!-- npm run bench -- --write -->"
const END = "<!-- end -->"

/** Puts a table, and notes about it, into the documentation. */
export async function writeFigures(table: string, notes: readonly string[]): Promise<void> {
  const text = readFileSync(FILE, "utf8")
  const begin = text.indexOf(BEGIN)
  const end = text.indexOf(END, begin)
  if (begin < 0 || end < 0) throw new Error(`${FILE} has no place for the figures: ${BEGIN} … ${END}`)
  const list = notes.map((note) => `- ${note}`).join("\n")
  const written = `${text.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${list}\n\n${text.slice(end)}`
  writeFileSync(FILE, await format(written, { ...(await resolveConfig(FILE)), filepath: FILE }))
}
