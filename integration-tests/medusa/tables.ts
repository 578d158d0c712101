import { readFileSync } from "node:fs"
import { join } from "node:path"

/**
 * - `fresh`: the events of Medusa clear a tag of every cached answer in which the change could be seen.
 * - `silent`: they do not. `clears` is what has to be cleared with the rows.
 * - `unseen`: no cached answer has anything of what is changed.
 */
type Verdict = "fresh" | "silent" | "unseen"

/** What a route of Medusa's changes. One line of mutations.txt. */
export interface Mutation {
  readonly verdict: Verdict
  /** As in `POST /admin/products/:id`. */
  readonly route: string
  /** Ids, or methods of a module's service. */
  readonly workflows: readonly string[]
  /** Types of rows: `+` created, `~` changed, `-` deleted, or any of these without a sign. */
  readonly changes: readonly string[]
  /** Types whose tags are cleared by events, `Product` for `Product:list:*` and `Product:<id>`. */
  readonly events: readonly string[]
  /** Names of cached lookups of which an answer can change with it. */
  readonly seenBy: readonly string[]
  /** Types whose lists are left, when silent. */
  readonly clears: readonly string[]
  readonly because: string
}

/** A workflow of @medusajs/core-flows. One line of workflows.txt. */
interface Workflow {
  /** `reads`: changes nothing. */
  readonly verdict: Verdict | "reads"
  readonly id: string
}

const VERDICTS: readonly string[] = ["fresh", "silent", "unseen", "reads"]

export function readMutations(): Mutation[] {
  return readTable("mutations.txt", 8).map(([verdict, route, workflows, changes, events, seenBy, clears, because]) => ({
    verdict: verdict as Verdict,
    route,
    workflows: words(workflows),
    changes: words(changes),
    events: words(events),
    seenBy: words(seenBy),
    clears: words(clears),
    because,
  }))
}

export function readWorkflows(): Workflow[] {
  return readTable("workflows.txt", 2).map(([verdict, id]) => ({ verdict: verdict as Workflow["verdict"], id }))
}

type Cells = [string, string, string, string, string, string, string, string]

function readTable(file: string, columns: number): Cells[] {
  const lines = readFileSync(join(__dirname, file), "utf8").split("\n")
  return lines.flatMap((line, i) => {
    if (line === "" || line.startsWith("#")) return []
    const cells = line.split("|").map((cell) => cell.trim())
    if (cells.length !== columns || !VERDICTS.includes(cells[0] ?? "")) {
      throw new Error(`${file}:${i + 1}: expected ${columns} columns, of which the first is a verdict`)
    }
    return [cells as Cells]
  })
}

const words = (cell: string): string[] => cell.split(" ").filter((word) => word !== "")
