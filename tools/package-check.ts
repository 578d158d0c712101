import { execFileSync } from "node:child_process"
import { resolve } from "node:path"
import { parseArgs } from "node:util"
import { adminBundleBytes, checkAdminBundle } from "./package-check/admin-bundle"
import { checkCommands } from "./package-check/command"
import { lintManifest, lintTypes } from "./package-check/manifest-lint"
import { type PackedPackage, packPackage } from "./package-check/packed-package"
import { checkTypesInShop } from "./package-check/shop-types"
import { compareWithSnapshot, updateSnapshot } from "./package-check/snapshot"

const USAGE = `npm run check:package               builds, packs, and checks what would be published
npm run check:package -- --update   accepts the list of files and the sizes as they are now`

interface Check {
  readonly name: string
  /** Returns what is wrong. */
  readonly run: (packed: PackedPackage) => string[] | Promise<string[]>
}

const CHECKS: readonly Check[] = [
  { name: "Files and sizes", run: compareWithSnapshot },
  { name: "Size of the admin bundle", run: checkAdminBundle },
  { name: "publint", run: lintManifest },
  { name: "Are the types wrong?", run: lintTypes },
  { name: "Types in a shop", run: checkTypesInShop },
  { name: "Commands", run: checkCommands },
]

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { update: { type: "boolean" }, help: { type: "boolean" } } })
  if (values.help === true) {
    console.log(USAGE)
    return 0
  }
  execFileSync("npm", ["run", "build"], { cwd: resolve(__dirname, ".."), stdio: "inherit" })
  const packed = packPackage()
  try {
    if (values.update === true) updateSnapshot(packed)
    console.log(summaryOf(packed))
    let isRight = true
    for (const { name, run } of CHECKS) {
      const complaints = await run(packed)
      isRight &&= complaints.length === 0
      console.log(`${complaints.length === 0 ? "✓" : "✗"} ${name}`)
      for (const complaint of complaints) console.log(`  ${complaint}`)
    }
    if (!isRight) console.log(`\n${USAGE}`)
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
