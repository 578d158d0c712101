import { build, type Plugin } from "esbuild"
import { readFileSync } from "node:fs"
import { join, relative, resolve } from "node:path"

/** A change to the source, so that a rule can be switched off without a switch in it. */
export interface Edit {
  /** From the root of the repository. */
  readonly file: string
  /** Must occur exactly once, or else the edit is stale. */
  readonly find: string
  readonly replace: string
}

export const ROOT = resolve(__dirname, "../..")

/**
 * The simulation and the engine as one piece of JavaScript for worker threads: nothing is transpiled while schedules run,
 * and an edited engine is code like any other.
 */
export async function bundleWorker(edits: readonly Edit[] = []): Promise<string> {
  const applied = new Set<Edit>()
  const result = await build({
    entryPoints: [join(ROOT, "integration-tests/simulation/schedule-worker.ts")],
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    format: "cjs",
    packages: "external",
    logLevel: "silent",
    plugins: [editing(edits, applied)],
  })
  const forgotten = edits.filter((edit) => !applied.has(edit))
  if (forgotten.length > 0) {
    throw new Error(`${forgotten.map(({ file }) => file).join(", ")} is not part of the engine any more`)
  }
  const [output] = result.outputFiles
  if (!output) throw new Error("esbuild made nothing")
  return output.text
}

function editing(edits: readonly Edit[], applied: Set<Edit>): Plugin {
  return {
    name: "edits",
    setup(build) {
      build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const file = relative(ROOT, path)
        let contents = readFileSync(path, "utf8")
        for (const edit of edits) {
          if (edit.file !== file) continue
          contents = applyEdit(contents, edit)
          applied.add(edit)
        }
        return { contents, loader: "ts" }
      })
    },
  }
}

/** Wherever the formatter breaks its lines. */
export function applyEdit(source: string, { file, find, replace }: Edit): string {
  const parts = source.split(new RegExp(asPattern(find)))
  if (parts.length !== 2) {
    throw new Error(`${file}: expected once, found ${parts.length - 1} times: ${find}`)
  }
  return parts.join(replace)
}

const asPattern = (find: string): string =>
  find
    .trim()
    .split(/\s+/)
    .map((part) =>
      part
        .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
        .replace(/\\\(/g, "\\(\\s*")
        .replace(/\\\)/g, "\\s*\\)")
    )
    .join("\\s+")
