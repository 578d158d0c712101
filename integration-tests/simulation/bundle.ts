import { build } from "esbuild"
import { join } from "node:path"

/** The simulation and the engine as one piece of JavaScript for worker threads: nothing is transpiled while schedules run. */
export async function bundleWorker(): Promise<string> {
  const result = await build({
    entryPoints: [join(__dirname, "schedule-worker.ts")],
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    format: "cjs",
    packages: "external",
    logLevel: "silent",
  })
  const [output] = result.outputFiles
  if (!output) throw new Error("esbuild made nothing")
  return output.text
}
