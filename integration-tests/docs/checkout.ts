import { execFileSync } from "node:child_process"
import { cpSync, existsSync, linkSync, mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync } from "node:fs"
import { dirname, join } from "node:path"
import { ROOT } from "./code-block"

/** What somebody has who has cloned this repository as it stands now: its files, and nothing that was installed or made. */
export function copyOfCheckout(directory: string): void {
  rmSync(directory, { recursive: true, force: true })
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: ROOT })
  for (const file of listed.toString().split("\0")) {
    if (file === "" || !existsSync(join(ROOT, file))) continue
    const target = join(directory, file)
    mkdirSync(dirname(target), { recursive: true })
    cpSync(join(ROOT, file), target)
  }
}

/** What npm has installed here, for a copy whose lock file is the same: files are shared, since copying takes a minute. */
export function shareInstalled(directory: string): void {
  shareTree(join(ROOT, "node_modules"), join(directory, "node_modules"), isMadeLater)
}

/** Caches, which are written to, and the link by which the demo finds the plugin. */
function isMadeLater(name: string): boolean {
  return name === "medusa-plugin-memcached" || (name.startsWith(".") && name !== ".bin")
}

function shareTree(from: string, to: string, isLeftOut: (name: string) => boolean = () => false): void {
  mkdirSync(to)
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (isLeftOut(entry.name)) continue
    if (entry.isDirectory()) shareTree(source, target)
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target)
    else linkSync(source, target)
  }
}
