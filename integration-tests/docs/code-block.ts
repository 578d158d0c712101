import { readdirSync, readFileSync } from "node:fs"
import { join, relative, resolve } from "node:path"

export const ROOT = resolve(__dirname, "..", "..")

/**
 * How a block of a document is executed. It stands behind the language, "```bash test=api", where readers do not see it.
 *
 * - api: shell commands against a running shop. Its address is in CACHE and MEDUSA_BACKEND_URL, its key in KEY and
 *   MEDUSA_API_KEY
 * - app: statements inside of a running shop, with `container` and `query`
 * - file: what stands in integration-tests/docs/snippets under the name that follows, `test=file:jobs/import.ts`, where tests
 *   execute it
 * - config: a medusa-config.ts; options: the options of its provider; plugin: its plugins
 * - memcached: the command line of a server; compose: a compose file with one; kubernetes: a manifest with several
 * - prometheus: a scrape config of Prometheus
 * - check: a command that looks at one
 * - repository: commands for somebody who has cloned this repository
 * - install: commands in a shop that has the package; `npm run test:install` executes them
 */
export const MODES = [
  "api",
  "app",
  "file",
  "config",
  "options",
  "plugin",
  "memcached",
  "compose",
  "kubernetes",
  "prometheus",
  "check",
  "repository",
  "install",
] as const

export type Mode = (typeof MODES)[number]

export interface CodeBlock {
  /** `README.md:42`, where it begins. */
  readonly place: string
  readonly language: string
  /** As it is written, which may be something else. */
  readonly mode: string | undefined
  /** What follows the mode, after a colon. */
  readonly detail: string
  readonly text: string
}

/** Of every document that users and contributors read. */
export function allCodeBlocks(): CodeBlock[] {
  const inRoot = readdirSync(ROOT).map((name) => join(ROOT, name))
  const inDocs = readdirSync(join(ROOT, "docs")).map((name) => join(ROOT, "docs", name))
  return [...inRoot, ...inDocs].filter((path) => path.endsWith(".md")).flatMap(codeBlocksOf)
}

export const blocksOf = (mode: Mode): CodeBlock[] => allCodeBlocks().filter((block) => block.mode === mode)

/** Cases for `it.each`, named by where they stand. */
export const casesOf = (mode: Mode): [place: string, block: CodeBlock][] =>
  blocksOf(mode).map((block) => [block.place, block])

/** The first line of a fence: three backticks, the language, and what else is said about it. */
const FENCE = /^```(\w*)(?: +(.*))?$/

function codeBlocksOf(path: string): CodeBlock[] {
  const blocks: CodeBlock[] = []
  let open: (Omit<CodeBlock, "text"> & { readonly lines: string[] }) | undefined
  readFileSync(path, "utf8")
    .split("\n")
    .forEach((line, i) => {
      const [fence, language = "", info = ""] = FENCE.exec(line) ?? []
      if (open && line === "```") {
        const { lines, ...block } = open
        blocks.push({ ...block, text: `${lines.join("\n")}\n` })
        open = undefined
      } else if (open) {
        open.lines.push(line)
      } else if (fence !== undefined) {
        const [, mode, detail = ""] = /(?:^| )test=(\w+)(?::(\S+))?/.exec(info) ?? []
        open = { place: `${relative(ROOT, path)}:${i + 1}`, language, mode, detail, lines: [] }
      }
    })
  if (open) throw new Error(`${open.place}: the block has no end`)
  return blocks
}
