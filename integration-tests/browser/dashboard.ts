import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { runProgram } from "../../testing/program"

const ROOT = resolve(__dirname, "..", "..")
const INDEX = join(ROOT, "public", "admin", "index.html")
const CACHE = join(ROOT, ".cache")
/** What the bundle that lies there was made of. */
const FINGERPRINT = join(CACHE, "browser-dashboard")

/** Bundles the dashboard, which takes most of a minute, unless nothing in it has changed since the last time. */
export async function prepareDashboard(env: NodeJS.ProcessEnv): Promise<void> {
  const current = fingerprint()
  if (existsSync(INDEX) && existsSync(FINGERPRINT) && readFileSync(FINGERPRINT, "utf8") === current) {
    return
  }
  await runProgram(["--import", "tsx", join(ROOT, "tools", "dashboard-build.ts")], { ...env, NODE_ENV: "production" })
  mkdirSync(CACHE, { recursive: true })
  writeFileSync(FINGERPRINT, current)
}

/** Our pages, and the versions of everything else. */
function fingerprint(): string {
  const hash = createHash("sha256")
  for (const file of [...filesBelow(join(ROOT, "src", "admin")), join(ROOT, "package-lock.json")]) {
    hash.update(file).update(readFileSync(file))
  }
  return hash.digest("hex")
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter(({ name }) => name !== "__tests__")
    .flatMap((entry) => {
      const path = join(directory, entry.name)
      return entry.isDirectory() ? filesBelow(path) : [path]
    })
    .sort()
}
