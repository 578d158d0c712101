import type { AdminCacheEntry } from "../../types/http"
import { count, indented, name, NOTHING, table } from "../format"
import type { Output } from "../output"

/** The most tags that are shown. `--json` has all. */
const MAX_TAGS = 30

interface Row {
  readonly of: string
  /** 0 when no clear is known. */
  readonly version: number
}

/** Shows for each tag, the key and everything which clear was the last, and whether it voids the entry. */
export function tagLines(entry: AdminCacheEntry, paint: Output["paint"]): string[] {
  const { tags, clears, read_version: read, log } = entry
  const versionOf = (of: string): number => clears.find((clear) => clear.of === of)?.version ?? 0
  const rows: Row[] = [
    ...tags.map((of) => ({ of, version: versionOf(of) })),
    // Last, since most entries have no such clear.
    ...clears.filter(({ of }) => (of === "key" || of === "*") && !tags.includes(of)),
  ]
  // Those that explain a miss come first.
  const shown = rows.sort((a, b) => b.version - a.version).slice(0, MAX_TAGS)
  const lines = shown.map(({ of, version }) => [
    of === "*" ? "(everything)" : of === "key" && !tags.includes(of) ? "(its key)" : name(of),
    version === 0 ? NOTHING : count(version),
    effectOf(version, read, log?.horizon ?? 0, paint),
  ])
  const further = rows.length - shown.length
  return [
    `${paint("bold", `Tags (${tags.length})`)}, with the version of the last clear of each`,
    ...(tags.length === 0 ? ["  none: only a clear of its key or of everything reaches it"] : []),
    ...indented(table(lines, [1])),
    ...(further > 0 ? [`  and ${count(further)} more, see --json`] : []),
  ]
}

function effectOf(version: number, read: number | null, horizon: number, paint: Output["paint"]): string {
  if (version === 0) return horizon > 0 ? `no clear since version ${count(horizon)}` : "never cleared"
  if (read === null) return "cleared in the present log"
  return version > read
    ? paint("yellow", "after its data was read: this makes it a miss")
    : "before its data was read: no effect"
}
