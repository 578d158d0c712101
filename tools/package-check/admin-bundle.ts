import { readFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import type { PackedPackage } from "./packed-package"

/** Every user of the dashboard loads it, on every page. */
const MAX_BYTES = 60 * 1024

/** What the plugin adds to a shop's dashboard, compressed as servers do by default. */
export function adminBundleBytes(packed: PackedPackage): number {
  return gzipSync(readFileSync(join(packed.directory, ".medusa/server/src/admin/index.mjs"))).length
}

export function checkAdminBundle(packed: PackedPackage): string[] {
  const bytes = adminBundleBytes(packed)
  return bytes > MAX_BYTES ? [`the admin bundle is ${bytes} bytes compressed, over its limit of ${MAX_BYTES}`] : []
}
