import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join, resolve } from "node:path"
import * as zlib from "node:zlib"

const VERSION = "22.23.3"
const ROOT = resolve(__dirname, "..", "..")
const DIRECTORY = join(ROOT, ".cache", `node-${VERSION}`)
/** What npm has of Node.js: a package for each platform, without scripts. */
const PACKAGE = `node-${process.platform}-${process.arch}`
const PROGRAM = join(DIRECTORY, "node_modules", PACKAGE, "bin", "node")

/** Whether there is a Node.js with Zstandard, which 22.15 has and 20 has not. */
export const hasNewerNode = (): boolean => "zstdCompress" in zlib || existsSync(PROGRAM)

/** Returns its program: this one, or that which setup has installed. Throws with the command that installs it. */
export function findNewerNode(): string {
  if ("zstdCompress" in zlib) return process.execPath
  if (existsSync(PROGRAM)) return PROGRAM
  throw new Error(`Node.js ${VERSION} was not found. Install it with \`npm run setup\``)
}

/** Installs it beside the checkout's other downloads, from npm. */
export function installNewerNode(): void {
  const args = ["install", "--prefix", DIRECTORY, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"]
  console.log(`> npm ${[...args, `${PACKAGE}@${VERSION}`].join(" ")}`)
  const { status } = spawnSync("npm", [...args, `${PACKAGE}@${VERSION}`], { stdio: "inherit", cwd: ROOT })
  if (status !== 0 || !hasNewerNode()) throw new Error(`npm could not install ${PACKAGE} ${VERSION}`)
}
