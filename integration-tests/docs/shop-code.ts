import { build } from "esbuild"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { type CodeBlock, ROOT } from "./code-block"

/** Where code of a shop finds the package: in the sources of this repository, as they run in the tests. */
const SOURCES: Readonly<Record<string, string>> = {
  "medusa-plugin-memcached/workflows": join(ROOT, "src", "workflows"),
}

/**
 * The exports of a TypeScript file that a document shows, after its types were removed. The package is left to the
 * loader of the tests, so that the file uses the same copy of it as the shop.
 */
export async function loadFile({ text, place }: CodeBlock): Promise<Record<string, unknown>> {
  const cache = join(ROOT, ".cache")
  mkdirSync(cache, { recursive: true })
  const directory = mkdtempSync(join(cache, "docs-"))
  try {
    const source = join(directory, "source.ts")
    writeFileSync(source, text)
    const { outputFiles } = await build({
      entryPoints: [source],
      bundle: true,
      write: false,
      platform: "node",
      format: "cjs",
      target: "es2022",
      packages: "external",
      logLevel: "silent",
    })
    const code = outputFiles[0]?.text
    if (code === undefined) throw new Error(`${place}: nothing was compiled`)
    return evaluate(code)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Runs statements of a document, which may await, with these names in their scope. */
export async function runStatements(block: CodeBlock, scope: Readonly<Record<string, unknown>>): Promise<void> {
  const body = `export default async (${Object.keys(scope).join(", ")}) => {\n${block.text}\n}`
  const exported = await loadFile({ ...block, text: body })
  await (exported.default as (...values: unknown[]) => Promise<void>)(...Object.values(scope))
}

function evaluate(code: string): Record<string, unknown> {
  const module = { exports: {} as Record<string, unknown> }
  // The tests' own, so that what is imported is what the running shop has loaded.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const load = (name: string): unknown => require(SOURCES[name] ?? name)
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- documents are executed here
  const run = new Function("module", "exports", "require", code) as (...values: unknown[]) => void
  run(module, module.exports, load)
  return module.exports
}
