import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import type { AdminCacheResponse } from "../../../types/http"

type Versions = AdminCacheResponse["cache"]["versions"]

const UNKNOWN = "unknown"

let versions: Versions | undefined

/** Reads the versions of what runs here, once. */
export const readVersions = (): Versions =>
  (versions ??= {
    // By name, since this file is at different depths as source and as built.
    plugin: versionIn(() => require.resolve("medusa-plugin-memcached/package.json")),
    // All packages of Medusa have one version. This one does not export its manifest.
    medusa: versionIn(() => join(dirname(require.resolve("@medusajs/framework")), "..", "package.json")),
    node: process.versions.node,
  })

function versionIn(findManifest: () => string): string {
  try {
    return (JSON.parse(readFileSync(findManifest(), "utf8")) as { version: string }).version
  } catch {
    return UNKNOWN
  }
}
