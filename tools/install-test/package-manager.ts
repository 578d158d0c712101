import { writeFileSync } from "node:fs"
import { join } from "node:path"

export type ManagerName = "npm" | "pnpm" | "yarn"

export interface PackageManager {
  readonly name: ManagerName
  /** As one would say it, with the version. */
  readonly label: string
  /** The command line that installs what the package.json of the current directory says. */
  readonly install: readonly [command: string, ...args: string[]]
  /** Writes the settings that a shop with this manager has. */
  configure(directory: string): void
}

const PNPM = "10.34.9"
const YARN = "1.22.22"

const nothing = (): void => undefined

/**
 * A plugin cannot add what Medusa needs with pnpm: it looks for packages of its own, which the shop does not name, in the
 * root of node_modules. pnpm runs no install scripts but those that are listed, and none is needed.
 */
const PNPM_SETTINGS = `publicHoistPattern:
  - "@medusajs/*"
`

export const PACKAGE_MANAGERS: readonly PackageManager[] = [
  { name: "npm", label: "npm", install: ["npm", "install", "--no-fund", "--no-audit"], configure: nothing },
  {
    name: "pnpm",
    label: `pnpm ${PNPM}`,
    install: ["npx", "--yes", `pnpm@${PNPM}`, "install"],
    configure: (directory) => writeFileSync(join(directory, "pnpm-workspace.yaml"), PNPM_SETTINGS),
  },
  {
    name: "yarn",
    label: `yarn ${YARN}`,
    // A package deep below Medusa's own asks for Node.js 22, where npm and pnpm warn and yarn refuses.
    install: ["npx", "--yes", `yarn@${YARN}`, "install", "--non-interactive", "--ignore-engines"],
    configure: nothing,
  },
]
