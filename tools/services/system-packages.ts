import { spawnSync } from "node:child_process"
import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"

/** Places outside PATH where package managers put servers. */
const EXTRA_DIRECTORIES = ["/usr/sbin", "/sbin", "/usr/local/bin", "/usr/local/sbin", "/opt/homebrew/bin"]

const PACKAGE_MANAGERS = {
  "apt-get": { refresh: ["update"], install: ["install", "-y", "--no-install-recommends"], asRoot: true },
  apk: { refresh: ["update"], install: ["add"], asRoot: true },
  dnf: { refresh: ["makecache"], install: ["install", "-y"], asRoot: true },
  brew: { refresh: ["update"], install: ["install"], asRoot: false },
} as const

type PackageManager = keyof typeof PACKAGE_MANAGERS

/** A server or a browser that is not on npm. */
export interface SystemProgram {
  /** Its names on PATH, the first of which is the package's. */
  readonly commands: readonly [string, ...string[]]
  /** Environment variable that names the program's file. */
  readonly variable: string
  /** What to set instead, to use a server that runs already. */
  readonly alternative: string
  readonly packages: Readonly<Record<PackageManager, string>>
}

/** The program's path, from the environment or from PATH. Throws with the command that installs it when there is none. */
export function findProgram(program: SystemProgram): string {
  const given = process.env[program.variable]
  if (given !== undefined && given !== "") {
    if (isExecutable(given)) {
      return given
    }
    throw new Error(`${program.variable} is "${given}", which is not a program that can be run`)
  }
  const found = program.commands.map(findCommand).find((path) => path !== undefined)
  if (found === undefined) {
    throw new Error(`${program.commands[0]} was not found. ${howToInstall(program)}, or set ${program.alternative}.`)
  }
  return found
}

export function findCommand(command: string): string | undefined {
  const directories = [...(process.env.PATH ?? "").split(delimiter), ...EXTRA_DIRECTORIES]
  return directories
    .filter((directory) => directory !== "")
    .map((directory) => join(directory, command))
    .find(isExecutable)
}

/** Installs the programs with the system's package manager, which shows what it does and may ask for a password. */
export function installPrograms(programs: readonly SystemProgram[]): void {
  const manager = findManager()
  if (manager === undefined) {
    throw new Error(`There is none of ${Object.keys(PACKAGE_MANAGERS).join(", ")} to install programs with`)
  }
  const { install, refresh } = PACKAGE_MANAGERS[manager]
  const packages = programs.map((program) => program.packages[manager])
  // Package lists are refreshed only when the first attempt fails: often they are recent, and a refresh takes a while.
  if (run(manager, [...install, ...packages]) || (run(manager, refresh) && run(manager, [...install, ...packages]))) {
    return
  }
  throw new Error(`${manager} could not install ${packages.join(", ")}`)
}

function howToInstall(program: SystemProgram): string {
  const manager = findManager()
  if (manager === undefined) {
    return "Install it and put it on PATH"
  }
  const byHand = commandOf(manager, [...PACKAGE_MANAGERS[manager].install, program.packages[manager]]).join(" ")
  return `Install it with\n\n  ${byHand}\n\nor everything that development needs with \`npm run setup\``
}

function findManager(): PackageManager | undefined {
  return (Object.keys(PACKAGE_MANAGERS) as PackageManager[]).find((name) => findCommand(name) !== undefined)
}

function commandOf(manager: PackageManager, args: readonly string[]): [string, ...string[]] {
  const needsSudo = PACKAGE_MANAGERS[manager].asRoot && process.getuid?.() !== 0
  return needsSudo ? ["sudo", manager, ...args] : [manager, ...args]
}

function run(manager: PackageManager, args: readonly string[]): boolean {
  const [command, ...rest] = commandOf(manager, args)
  console.log(`> ${[command, ...rest].join(" ")}`)
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
  return spawnSync(command, rest, { stdio: "inherit", env }).status === 0
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
