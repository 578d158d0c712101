import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { type RunningChild, startChild } from "../tools/services/child-processes"

const ROOT = resolve(__dirname, "..")
const LAST_LINES = 20

/** The command line of Medusa, without npx in between, which would not hand on signals. */
export const MEDUSA = join(ROOT, "node_modules", "@medusajs", "cli", "cli.js")

export interface LoggedProgram {
  readonly child: RunningChild
  /** The end of what it has written. */
  lastLines(): string
}

/** Starts Node.js with these arguments in the root of the repository. */
export async function startProgram(args: string[], env: NodeJS.ProcessEnv): Promise<LoggedProgram> {
  const directory = mkdtempSync(join(tmpdir(), "cache-browser-"))
  const file = join(directory, "output.log")
  const child = await startChild({ command: process.execPath, args, cwd: ROOT, env, output: { file } })
  void child.ended.then(() => setTimeout(() => rmSync(directory, { recursive: true, force: true }), 1_000).unref())
  return { child, lastLines: () => readFileSync(file, "utf8").trimEnd().split("\n").slice(-LAST_LINES).join("\n") }
}

/** As `startProgram`, to its end. Rejects with the end of the output when it fails. */
export async function runProgram(args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const program = await startProgram(args, env)
  const exitCode = await program.child.ended
  if (exitCode !== 0) {
    throw new Error(`node ${args.join(" ")} ended with code ${exitCode}:\n${program.lastLines()}`)
  }
}
