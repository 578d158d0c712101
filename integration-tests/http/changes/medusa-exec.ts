import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"

const SCRIPT = join("integration-tests", "http", "changes", "change-script.ts")

/** Runs `change-script.ts` as a shop runs its scripts: in a process of its own, beside the one that serves. */
export async function runScript(environment: NodeJS.ProcessEnv, ...input: string[]): Promise<void> {
  const cli = require.resolve("@medusajs/cli/cli.js")
  const child = spawn(process.execPath, [cli, "exec", SCRIPT, ...input], {
    env: { ...process.env, NODE_OPTIONS: "", ADMIN_DISABLED: "true", ...environment },
    stdio: ["ignore", "ignore", "inherit"],
  })
  const [code] = (await once(child, "exit")) as [number | null]
  expect(code).toBe(0)
}
