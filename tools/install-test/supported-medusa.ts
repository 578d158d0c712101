import { readFileSync } from "node:fs"
import { resolve } from "node:path"

interface Manifest {
  readonly devDependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
}

/** The ends of what package.json promises: the oldest Medusa of the peer range, and the one that is developed against. */
export function supportedMedusa(): { readonly oldest: string; readonly latest: string } {
  const file = resolve(__dirname, "..", "..", "package.json")
  const { devDependencies, peerDependencies } = JSON.parse(readFileSync(file, "utf8")) as Manifest
  const range = peerDependencies["@medusajs/framework"]
  const oldest = /^>=(\d+\.\d+\.\d+) /.exec(range ?? "")?.[1]
  const latest = devDependencies["@medusajs/framework"]
  if (oldest === undefined || latest === undefined) {
    throw new Error(`package.json names no range of Medusa that begins with ">=": ${range}, ${latest}`)
  }
  return { oldest, latest }
}
