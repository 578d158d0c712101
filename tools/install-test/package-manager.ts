import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"

export type ManagerName = "npm" | "pnpm" | "yarn" | "yarn-berry"

export interface PackageManager {
  readonly name: ManagerName
  /** As one would say it, with the version. */
  readonly label: string
  /** The command line that installs what the package.json of the current directory says. */
  readonly install: readonly [command: string, ...args: string[]]
  /** Variables that it needs on this machine, whatever the shop. */
  readonly environment?: () => NodeJS.ProcessEnv
  /** Writes the settings that a shop with this manager has. */
  configure(directory: string): void
}

const PNPM = "10.34.9"
const YARN = "1.22.22"
const YARN_BERRY = "4.18.1"

const nothing = (): void => undefined

/**
 * A plugin cannot add what Medusa needs with pnpm: it looks for packages of its own, which the shop does not name, in the
 * root of node_modules. pnpm runs no install scripts but those that are listed, and none is needed.
 */
const PNPM_SETTINGS = `publicHoistPattern:
  - "@medusajs/*"
`

/** As in Medusa's own starters, instead of yarn's default, Plug'n'Play. */
const YARN_BERRY_SETTINGS = `nodeLinker: node-modules
enableTelemetry: false
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
  {
    name: "yarn-berry",
    label: `yarn ${YARN_BERRY}`,
    // Where it finds the variable CI, it refuses to write a lock file.
    install: ["npx", "--yes", "--package", `@yarnpkg/cli-dist@${YARN_BERRY}`, "yarn", "install", "--no-immutable"],
    environment: () => registryOf(execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim()),
    configure: (directory) => writeFileSync(join(directory, ".yarnrc.yml"), YARN_BERRY_SETTINGS),
  },
]

/** Unlike the others it does not read npm's settings, in which a machine behind a mirror has the mirror's address. */
function registryOf(url: string): NodeJS.ProcessEnv {
  const { protocol, hostname } = new URL(url)
  const plain = protocol === "http:" ? { YARN_UNSAFE_HTTP_WHITELIST: hostname } : {}
  return { YARN_NPM_REGISTRY_SERVER: url, ...plain }
}
