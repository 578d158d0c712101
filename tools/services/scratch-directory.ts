import { createHash } from "node:crypto"
import { chmodSync, lstatSync, mkdirSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"

/** Below the temporary directory, another one for each checkout and user; it is there for the next start too. */
export function scratchDirectory(): string {
  const user = process.getuid?.() ?? 0
  const checkout = resolve(__dirname, "../..")
  const id = createHash("sha256").update(`${user} ${checkout}`).digest("hex").slice(0, 12)
  const directory = join(tmpdir(), `medusa-plugin-memcached-${id}`)
  mkdirSync(directory, { recursive: true })
  // Its name can be guessed, and programs are run from it.
  if (lstatSync(directory).uid !== user) {
    throw new Error(`${directory} belongs to somebody else. Remove it, or set TMPDIR to another directory.`)
  }
  chmodSync(directory, 0o755)
  return directory
}
