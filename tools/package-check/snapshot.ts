import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { PackedPackage } from "./packed-package"

const FILE = join(__dirname, "tarball.json")

/** A change of this much is the work of a day; more is an accident, a bundled dependency for example. */
const SIZE_TOLERANCE = 0.1

/** Never part of the package, whatever the snapshot says. */
const FORBIDDEN =
  /__tests__|\.spec\.|\.map$|medusa-config|(^|\/)(demo|bench|tools|integration-tests|scripts)\/|(?<!\.d)\.tsx?$/

interface Snapshot {
  readonly packed_bytes: number
  readonly unpacked_bytes: number
  readonly files: readonly string[]
}

/** What was packed and should not be, or is not as it was when somebody last looked at it. */
export function compareWithSnapshot(packed: PackedPackage): string[] {
  const known = JSON.parse(readFileSync(FILE, "utf8")) as Snapshot
  const added = packed.files.filter((file) => !known.files.includes(file))
  const missing = known.files.filter((file) => !packed.files.includes(file))
  return [
    ...packed.files.filter((file) => FORBIDDEN.test(file)).map((file) => `must not be published: ${file}`),
    ...added.map((file) => `new: ${file}`),
    ...missing.map((file) => `missing: ${file}`),
    ...compareSize("packed", packed.packedBytes, known.packed_bytes),
    ...compareSize("unpacked", packed.unpackedBytes, known.unpacked_bytes),
  ]
}

export function updateSnapshot(packed: PackedPackage): void {
  const snapshot: Snapshot = {
    packed_bytes: packed.packedBytes,
    unpacked_bytes: packed.unpackedBytes,
    files: packed.files,
  }
  writeFileSync(FILE, `${JSON.stringify(snapshot, undefined, 2)}\n`)
}

function compareSize(name: string, bytes: number, knownBytes: number): string[] {
  const change = bytes / knownBytes - 1
  return Math.abs(change) > SIZE_TOLERANCE
    ? [`${name} size: ${bytes} bytes, ${(change * 100).toFixed(0)} % away from ${knownBytes}`]
    : []
}
