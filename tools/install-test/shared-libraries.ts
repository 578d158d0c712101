import { importedFrom, type InstalledPackage, installedPackages } from "./installed-packages"
import { Mismatch } from "./report"

/** Two copies of one of these are two contexts of React, and our page is outside the dashboard's. */
const SHARED_LIBRARIES = ["@tanstack/react-query", "react-router-dom", "react-i18next", "@medusajs/ui", "react"]

/** Rejects unless there is one copy of each, and the plugin and the dashboard both import it. */
export async function expectOneCopyOfEach(shop: string): Promise<void> {
  const installed = installedPackages(shop)
  const plugin = only(installed, "medusa-plugin-memcached")
  const dashboard = only(installed, "@medusajs/dashboard")
  for (const name of SHARED_LIBRARIES) {
    const { path } = only(installed, name)
    for (const importer of [plugin, dashboard]) {
      const imported = importedFrom(importer.path, name)
      if (imported !== path) throw new Mismatch(`${importer.name} imports ${name} from ${path}`, imported ?? "nothing")
    }
  }
}

function only(installed: readonly InstalledPackage[], name: string): InstalledPackage {
  const copies = installed.filter((candidate) => candidate.name === name)
  const [first] = copies
  if (first === undefined || copies.length > 1) {
    throw new Mismatch(
      `one copy of ${name}`,
      copies.map(({ version, path }) => `${version} in ${path}`).join(", ") || "none"
    )
  }
  return first
}
