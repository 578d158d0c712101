import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import type { PackedPackage } from "./packed-package"

/**
 * A module and a provider of Medusa are the default export of a CommonJS file. Medusa loads them with require() and takes
 * `.default`; nobody imports them from an ES module, which would see an object around it.
 */
const MEDUSA_MODULES = ["modules/cache-changes", "modules/cache-monitor", "providers/memcached"]
const MEDUSA_MODULE_PATH = /\/(modules|providers)\/\*$/

/** publint, with warnings and suggestions as errors. */
export async function lintManifest(packed: PackedPackage): Promise<string[]> {
  const { publint } = await import("publint")
  const { formatMessage } = await import("publint/utils")
  const tarball = new Uint8Array(readFileSync(packed.tarball)).buffer
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true })
  return messages
    .filter(
      ({ code, path: [, entryPoint = ""] }) =>
        !(code === "CJS_WITH_ESMODULE_DEFAULT_EXPORT" && MEDUSA_MODULE_PATH.test(entryPoint))
    )
    .map((message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`)
}

/** @arethetypeswrong/cli: does each entry point have types, and are they of the kind that its code is of? */
export function lintTypes(packed: PackedPackage): string[] {
  return [
    // The dashboard is loaded by Medusa's bundler, and its code has no types.
    ...attw(packed, ["--exclude-entrypoints", "admin"]),
    ...attw(packed, ["--entrypoints", ...MEDUSA_MODULES, "--ignore-rules", "cjs-only-exports-default"]),
  ]
}

function attw(packed: PackedPackage, options: string[]): string[] {
  const program = join(dirname(require.resolve("@arethetypeswrong/cli/package.json")), "dist", "index.js")
  const format = ["--profile", "node16", "--format", "ascii", "--no-emoji", "--no-color"]
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, packed.tarball, ...format, ...options], {
    encoding: "utf8",
  })
  return status === 0 ? [] : [`attw: ${stdout}${stderr}`]
}
