import { createHash } from "node:crypto"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { runToEnd } from "./command"
import { BUILT_ADMIN } from "./plugin-package"
import { DEMO_DIRECTORY, ROOT, STORE_DIRECTORY } from "./settings"

const INDEX = join(STORE_DIRECTORY, "public", "admin", "index.html")
/** What the bundle was made of. */
const BUNDLED_FILE = join(DEMO_DIRECTORY, "dashboard")

export function isDashboardBuilt(): boolean {
  return existsSync(INDEX) && existsSync(BUNDLED_FILE) && readFileSync(BUNDLED_FILE, "utf8") === fingerprint()
}

export async function buildDashboard(env: NodeJS.ProcessEnv): Promise<void> {
  await runToEnd({
    command: process.execPath,
    args: ["--import", "tsx", join(ROOT, "tools", "dashboard-build.ts")],
    cwd: STORE_DIRECTORY,
    env: { ...env, NODE_ENV: "production" },
    logName: "dashboard.log",
  })
  writeFileSync(BUNDLED_FILE, fingerprint())
}

/** The pages of the plugin, and the versions of everything else. */
function fingerprint(): string {
  const hash = createHash("sha256")
  for (const file of [BUILT_ADMIN, join(ROOT, "package-lock.json")]) {
    hash.update(readFileSync(file))
  }
  return hash.digest("hex")
}
