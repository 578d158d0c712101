import { readdirSync } from "node:fs"
import { resolve } from "node:path"
import type { PackedPackage } from "./packed-package"

const SOURCES = resolve(__dirname, "..", "..", "src")
const BUILT = ".medusa/server/src"

/** Beside what is compiled. Vite bundles the pages of the dashboard into two files. */
const OTHER_FILES = [
  ...["LICENSE", "README.md", "package.json", "docs/grafana/medusa-cache.json"],
  ...[`${BUILT}/admin/index.js`, `${BUILT}/admin/index.mjs`],
]

/** No export leads into these folders, so that nobody can import their types. `files` in package.json leaves them out. */
const WITHOUT_TYPES = /^(api|cli|jobs|policies|telemetry)\//

/** Far above what there is: more is an accident, a dependency that was bundled for example. */
const MAX_PACKED_BYTES = 540 * 1024
const MAX_UNPACKED_BYTES = 1.9 * 1024 * 1024

/** The code of each source file, the types that can be imported, and nothing else: no test, no source map, no demo. */
export function checkContents(packed: PackedPackage): string[] {
  const compiled = sourceFiles().flatMap((file) =>
    (WITHOUT_TYPES.test(file) ? [".js"] : [".js", ".d.ts"]).map((extension) => `${BUILT}/${file}${extension}`)
  )
  const expected = new Set([...OTHER_FILES, ...compiled])
  const files = new Set(packed.files)
  return [
    ...packed.files.filter((file) => !expected.has(file)).map((file) => `must not be published: ${file}`),
    ...[...expected].filter((file) => !files.has(file)).map((file) => `missing: ${file}`),
    ...checkSize("packed", packed.packedBytes, MAX_PACKED_BYTES),
    ...checkSize("unpacked", packed.unpackedBytes, MAX_UNPACKED_BYTES),
  ]
}

/** Paths below `src`, without extension. */
function sourceFiles(): string[] {
  return readdirSync(SOURCES, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => /\.ts$/.test(file) && !file.endsWith(".d.ts"))
    .filter((file) => !file.startsWith("admin/") && !file.includes("__tests__/"))
    .map((file) => file.replace(/\.ts$/, ""))
}

function checkSize(name: string, bytes: number, maxBytes: number): string[] {
  return bytes > maxBytes ? [`${name} size: ${bytes} bytes, over its limit of ${maxBytes}`] : []
}
