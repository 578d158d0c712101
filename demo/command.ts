import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { startChild } from "../tools/services/child-processes"
import { DEMO_DIRECTORY, ROOT, STORE_DIRECTORY } from "./settings"

const LAST_LINES = 20

/** The command line of Medusa, without npx in between, which would not hand on signals. */
export const MEDUSA = join(ROOT, "node_modules", "@medusajs", "cli", "cli.js")

export interface Command {
  command: string
  args: string[]
  cwd: string
  env?: NodeJS.ProcessEnv
  /** A file in the directory of the demo that takes the output. */
  logName: string
}

/** Runs a command and fails with the end of its output when it fails. */
export async function runToEnd({ command, args, cwd, env, logName }: Command): Promise<void> {
  const file = join(DEMO_DIRECTORY, logName)
  rmSync(file, { force: true })
  const child = await startChild({ command, args, cwd, env, output: { file } })
  const exitCode = await child.ended
  if (exitCode !== 0) {
    throw new Error(`${command} ${args.join(" ")} ended with code ${exitCode}:\n${lastLines(file)}`)
  }
}

export async function runMedusa(args: string[], env: NodeJS.ProcessEnv, logName: string): Promise<void> {
  await runToEnd({ command: process.execPath, args: [MEDUSA, ...args], cwd: STORE_DIRECTORY, env, logName })
}

export function lastLines(file: string): string {
  return readFileSync(file, "utf8").trimEnd().split("\n").slice(-LAST_LINES).join("\n")
}
