import { execFileSync } from "node:child_process"
import { resolve } from "node:path"
import { adminBundleBytes, checkAdminBundle } from "./package-check/admin-bundle"
import { checkCommands } from "./package-check/command"
import { checkContents } from "./package-check/contents"
import { lintManifest, lintTypes } from "./package-check/manifest-lint"
import { type PackedPackage, packPackage } from "./package-check/packed-package"
import { checkTypesInShop } from "./package-check/shop-types"

interface Check {
  readonly name: string
  /** Returns what is wrong. */
  readonly run: (packed: PackedPackage) => string[] | Promise<string[]>
}

const CHECKS: readonly Check[] = [
  { name: "Files and sizes", run: checkContents },
  { name: "Size of the admin bundle", run: checkAdminBundle },
  { name: "publint", run: lintManifest },
  { name: "Are the types wrong?", run: lintTypes },
  { name: "Types in a shop", run: checkTypesInShop },
  { name: "Commands", run: checkCommands },
]

/** Builds, packs, and checks what would be published. */
async function main(): Promise<number> {
  execFileSync("npm", ["run", "build"], { cwd: resolve(__dirname, ".."), stdio: "inherit" })
  const packed = packPackage()
  try {
    console.log(summaryOf(packed))
    let isRight = true
    for (const { name, run } of CHECKS) {
      const complaints = await run(packed)
      isRight &&= complaints.length === 0
      console.log(`${complaints.length === 0 ? "✓" : "✗"} ${name}`)
      for (const complaint of complaints) console.log(`  ${complaint}`)
    }
    return isRight ? 0 : 1
  } finally {
    packed.remove()
  }
}

function summaryOf(packed: PackedPackage): string {
  return [
    `${packed.files.length} files, ${packed.packedBytes} bytes packed, ${packed.unpackedBytes} unpacked`,
    `admin bundle: ${adminBundleBytes(packed)} bytes compressed`,
  ].join("\n")
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
)
