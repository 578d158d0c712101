import { execFile } from "node:child_process"
import { resolve } from "node:path"

const ROOT = resolve(__dirname, "..", "..")

/** Every step of the command has a time limit, and they add up to a few seconds on a machine that is not busy. */
const TIMEOUT_MS = 60_000

export interface CommandResult {
  readonly exitCode: number
  /** Standard output and standard error. */
  readonly text: string
}

/** Runs `medusa-memcached-check` from its sources, with only those variables of its own that are given. */
export function runCheck(args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<CommandResult> {
  const { MEMCACHED_SERVERS: _servers, MEMCACHED_PASSWORD: _password, ...inherited } = process.env
  return new Promise((done) => {
    execFile(
      process.execPath,
      ["--import", "tsx", "src/cli/check.ts", ...args],
      { cwd: ROOT, env: { ...inherited, ...variables }, timeout: TIMEOUT_MS },
      (error, output, complaints) => {
        const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : -1
        done({ exitCode, text: output + complaints })
      }
    )
  })
}
