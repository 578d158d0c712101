import { readFileSync } from "node:fs"

export interface Versions {
  readonly plugin: string
  readonly memjs: string
  readonly node: string
}

export function readVersions(): Versions {
  return {
    // Resolved by name, since this file is at different depths as source and as built.
    plugin: versionIn(require.resolve("medusa-plugin-memcached/package.json")),
    memjs: versionIn(require.resolve("memjs/package.json")),
    node: process.versions.node,
  }
}

function versionIn(manifestFile: string): string {
  const manifest = JSON.parse(readFileSync(manifestFile, "utf8")) as { version: string }
  return manifest.version
}
