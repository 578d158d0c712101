import { execFileSync } from "node:child_process"
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs"
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
