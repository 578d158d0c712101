import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs"
import { dirname, join } from "node:path"

export interface InstalledPackage {
  readonly name: string
  readonly version: string
  /** Without symbolic links, so that two of them are two copies. */
  readonly path: string
}

/** Every copy of every package below a folder, however the package manager has arranged them. */
export function installedPackages(directory: string): InstalledPackage[] {
  const found = new Map<string, InstalledPackage>()
  const visited = new Set<string>()
  const visit = (modules: string): void => {
    if (!existsSync(modules)) return
    const real = realpathSync(modules)
    if (visited.has(real)) return
    visited.add(real)
    for (const name of packageNamesIn(real)) {
      const path = realpathSync(join(real, name))
      if (!found.has(path)) found.set(path, { name, version: versionOf(path), path })
      visit(join(path, "node_modules"))
      // pnpm puts a package and what it depends on into one folder.
      visit(modulesFolderOf(path))
    }
  }
  visit(join(directory, "node_modules"))
  return [...found.values()]
}

/** The copy that code in a package's folder imports, by the rule of Node.js. */
export function importedFrom(directory: string, name: string): string | undefined {
  for (let folder = directory; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name)
    if (existsSync(join(candidate, "package.json"))) return realpathSync(candidate)
    if (folder === dirname(folder)) return undefined
  }
}

function packageNamesIn(modules: string): string[] {
  return directoriesIn(modules)
    .flatMap((name) =>
      name.startsWith("@") ? directoriesIn(join(modules, name)).map((rest) => `${name}/${rest}`) : [name]
    )
    .filter((name) => existsSync(join(modules, name, "package.json")))
}

function directoriesIn(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith(".") && (entry.isDirectory() || entry.isSymbolicLink()))
    .map(({ name }) => name)
}

function versionOf(path: string): string {
  return (JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as { version?: string }).version ?? "none"
}

function modulesFolderOf(path: string): string {
  let folder = dirname(path)
  while (!folder.endsWith("node_modules") && folder !== dirname(folder)) folder = dirname(folder)
  return folder
}
