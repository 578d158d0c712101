import { build } from "esbuild"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { join, resolve } from "node:path"

const CACHE = resolve(__dirname, "../.cache")

/**
 * Compiles a module with all of the sources that it imports, as it is for the package, and removes the file after use.
 * tsx, which runs this bench, wraps every function in a call that keeps its name, and in an engine full of small closures
 * that is measurable.
 */
export async function withProgram<T>(entryPoint: string, use: (file: string) => Promise<T>): Promise<T> {
  mkdirSync(CACHE, { recursive: true })
  const directory = mkdtempSync(join(CACHE, "bench-"))
  const outfile = join(directory, "program.cjs")
  try {
    await build({
      entryPoints: [entryPoint],
      bundle: true,
      platform: "node",
      target: "es2022",
      format: "cjs",
      packages: "external",
      sourcemap: "inline",
      logLevel: "silent",
      outfile,
    })
    return await use(outfile)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
