import { execFile } from "node:child_process"
import { resolve } from "node:path"
import type { CommandResult } from "../../testing/captured-command"

const ROOT = resolve(__dirname, "..", "..")

/** Every step of the command has a time limit, and they add up to a few seconds on a machine that is not busy. */
const TIMEOUT_MS = 60_000

/** The variables that the command reads. */
const OWN_VARIABLES = ["MEMCACHED_SERVERS", "MEMCACHED_PASSWORD", "MEDUSA_BACKEND_URL", "MEDUSA_API_KEY", "NO_COLOR"]

/** Runs `medusa-memcached` from its sources, with only those variables of its own that are given. */
export function runCommand(args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN_VARIABLES.includes(name)))
  return new Promise((done) => {
    execFile(
      process.execPath,
      ["--import", "tsx", "src/cli/main.ts", ...args],
      { cwd: ROOT, env: { ...inherited, ...variables }, timeout: TIMEOUT_MS },
      (error, output, notes) => {
        const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : -1
        done({ exitCode, output, notes, text: output + notes })
      }
    ).stdin?.end()
  })
}

export const runCheck = (args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<CommandResult> =>
  runCommand(["check", ...args], variables)
