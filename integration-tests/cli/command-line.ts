import { execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { renameSync } from "node:fs"
import { join, resolve } from "node:path"
import { build } from "esbuild"
import type { CommandResult } from "../../testing/captured-command"

const ROOT = resolve(__dirname, "..", "..")
/** Below the package's own manifest, by which the command knows its version. */
const BUNDLE = join(ROOT, ".cache", "medusa-memcached.js")

/** Every step of the command has a time limit, and they add up to a few seconds on a machine that is not busy. */
const TIMEOUT_MS = 60_000

/** The variables that the command reads. */
const OWN_VARIABLES = ["MEMCACHED_SERVERS", "MEMCACHED_PASSWORD", "MEDUSA_BACKEND_URL", "MEDUSA_API_KEY", "NO_COLOR"]

let bundled: Promise<void> | undefined

/** The command from its sources in one file: transpiling them for each of dozens of runs would take most of their time. */
async function bundle(): Promise<void> {
  // Files that run at the same time make the same.
  const outfile = `${BUNDLE}.${process.pid}`
  const entryPoints = [join(ROOT, "src", "cli", "main.ts")]
  await build({ entryPoints, outfile, bundle: true, platform: "node", target: "node20", packages: "external" })
  renameSync(outfile, BUNDLE)
}

/** Runs `medusa-memcached` from its sources, with only those variables of its own that are given. */
export async function runCommand(args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
  await (bundled ??= bundle())
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN_VARIABLES.includes(name)))
  return new Promise((done) => {
    execFile(
      process.execPath,
      [BUNDLE, ...args],
      { cwd: ROOT, env: { ...inherited, ...variables }, timeout: TIMEOUT_MS },
      (error, output, notes) => {
        const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : -1
        done({ exitCode, output, notes, text: output + notes })
      }
    ).stdin?.end()
  })
}

/** Runs `medusa-memcached` with nobody who reads what it writes, and returns its exit code. */
export async function runUnread(args: readonly string[]): Promise<unknown> {
  await (bundled ??= bundle())
  const child = spawn(process.execPath, [BUNDLE, ...args], { cwd: ROOT, timeout: TIMEOUT_MS })
  const ended = once(child, "close")
  for (const stream of child.stdio) stream?.destroy()
  const [exitCode] = (await ended) as unknown[]
  return exitCode
}

export const runCheck = (args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<CommandResult> =>
  runCommand(["check", ...args], variables)
