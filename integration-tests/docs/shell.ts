import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ROOT } from "./code-block"

export interface ShellResult {
  readonly code: number
  /** Both streams. */
  readonly output: string
}

/**
 * Runs commands as a reader pastes them, except that the first one that fails ends it, and that curl fails on an HTTP
 * status of 400 and more, also where the document does not ask it to.
 */
export async function runShell(script: string, env: NodeJS.ProcessEnv): Promise<ShellResult> {
  const home = mkdtempSync(join(tmpdir(), "docs-shell-"))
  writeFileSync(join(home, ".curlrc"), "fail\n")
  try {
    return await run(fromSources(script), { ...process.env, ...env, CURL_HOME: home })
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

/** Runs the package's command from its sources, as if it were installed. */
const fromSources = (script: string): string =>
  script.replaceAll("npx medusa-memcached ", `npx --prefix ${ROOT} tsx ${ROOT}/src/cli/main.ts `)

function run(script: string, env: NodeJS.ProcessEnv): Promise<ShellResult> {
  return new Promise((resolve, reject) => {
    const shell = spawn("bash", ["-euo", "pipefail", "-c", script], { env, stdio: ["ignore", "pipe", "pipe"] })
    let output = ""
    const collect = (chunk: Buffer): void => void (output += chunk.toString())
    shell.stdout.on("data", collect)
    shell.stderr.on("data", collect)
    shell.once("error", reject)
    shell.once("close", (code) => resolve({ code: code ?? 1, output }))
  })
}
