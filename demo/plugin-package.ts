import { existsSync, lstatSync, readdirSync, readlinkSync, rmSync, statSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { runToEnd } from "./command"
import { ROOT } from "./settings"

const BUILT = join(ROOT, ".medusa", "server", "src", "providers", "memcached", "index.js")
export const BUILT_ADMIN = join(ROOT, ".medusa", "server", "src", "admin", "index.mjs")
const LINK = join(ROOT, "node_modules", "medusa-plugin-memcached")

/** Whether the built package is missing, or older than a source file of it. */
export function isBuildNeeded(): boolean {
  if (!existsSync(BUILT) || !existsSync(BUILT_ADMIN)) {
    return true
  }
  const builtAt = Math.min(statSync(BUILT).mtimeMs, statSync(BUILT_ADMIN).mtimeMs)
  return [join(ROOT, "package.json"), join(ROOT, "tsconfig.json"), ...filesBelow(join(ROOT, "src"))].some(
    (file) => statSync(file).mtimeMs > builtAt
  )
}

export async function buildPlugin(env: NodeJS.ProcessEnv): Promise<void> {
  await runToEnd({ command: "npm", args: ["run", "build"], cwd: ROOT, env, logName: "build.log" })
}

/** Puts the repository into node_modules under its own name, so that the store finds the package as in any shop. */
export function linkPlugin(): void {
  if (lstatSync(LINK, { throwIfNoEntry: false }) !== undefined) {
    if (lstatSync(LINK).isSymbolicLink() && readlinkSync(LINK) === "..") {
      return
    }
    rmSync(LINK, { recursive: true, force: true })
  }
  symlinkSync("..", LINK, "dir")
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) {
      return entry.name === "__tests__" ? [] : filesBelow(path)
    }
    return [path]
  })
}
