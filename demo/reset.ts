import { rmSync } from "node:fs"
import { join } from "node:path"
import { scratchDirectory } from "../tools/services/scratch-directory"
import { endLeftovers, findRunningDemo } from "./running-demo"
import { DEMO_DIRECTORY, STORE_DIRECTORY } from "./settings"

async function reset(): Promise<void> {
  const running = findRunningDemo()
  if (running !== undefined) {
    throw new Error(`The demo is running at ${running.url} (process ${running.pid}): end it with Ctrl-C first`)
  }
  await endLeftovers()
  // The store's own three are what Medusa and Vite have made of the dashboard.
  const made = ["node_modules", ".medusa", "public"].map((name) => join(STORE_DIRECTORY, name))
  for (const directory of [DEMO_DIRECTORY, scratchDirectory(), ...made]) {
    rmSync(directory, { recursive: true, force: true })
  }
  console.log("The shop of the demo is removed. A database that DATABASE_URL names is left as it is.")
}

reset().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
