import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import manifest from "../../package.json"

const ROOT = resolve(__dirname, "..", "..")

/** What `npm publish` would upload, and the same unpacked as if a shop had installed it. */
export interface PackedPackage {
  readonly tarball: string
  /** A folder with a node_modules of its own, in which only the package and what it may rely on can be found. */
  readonly shop: string
  /** The package in it. */
  readonly directory: string
  readonly packedBytes: number
  readonly unpackedBytes: number
  /** Sorted. */
  readonly files: readonly string[]
  remove(): void
}

interface PackReport {
  readonly filename: string
  readonly size: number
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string }[]
}

/** Packs what was built before. */
export function packPackage(): PackedPackage {
  const folder = mkdtempSync(join(tmpdir(), "package-check-"))
  const arguments_ = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder]
  const output = execFileSync("npm", arguments_, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
  const [report] = JSON.parse(output) as PackReport[]
  if (report === undefined) throw new Error("npm packed nothing")

  const tarball = join(folder, report.filename)
  const shop = join(folder, "shop")
  const directory = join(shop, "node_modules", manifest.name)
  mkdirSync(directory, { recursive: true })
  execFileSync("tar", ["-xzf", tarball, "-C", directory, "--strip-components", "1"])
  linkDependencies(shop)
  return {
    tarball,
    shop,
    directory,
    packedBytes: report.size,
    unpackedBytes: report.unpackedSize,
    files: report.files.map(({ path }) => path).sort(),
    remove: () => rmSync(folder, { recursive: true }),
  }
}

/** Not all of this repository's: a package that is only a development dependency, or nobody's, is not there in a shop. */
function linkDependencies(shop: string): void {
  const names = [
    ...Object.keys(manifest.dependencies),
    ...Object.keys(manifest.peerDependencies),
    // In every shop that is written in TypeScript.
    "@types/node",
  ]
  for (const name of names) {
    const link = join(shop, "node_modules", name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(ROOT, "node_modules", name), link)
  }
}
