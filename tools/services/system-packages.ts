import { spawnSync } from "node:child_process"
import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"

/** Places outside PATH where package managers put servers. */
const EXTRA_DIRECTORIES = ["/usr/sbin", "/sbin", "/usr/local/bin", "/usr/local/sbin", "/opt/homebrew/bin"]

const PACKAGE_MANAGERS = {
  "apt-get": { refresh: ["update", "-qq"], install: ["install", "-y", "-qq", "--no-install-recommends"], asRoot: true },
  apk: { refresh: ["update", "-q"], install: ["add", "-q", "--no-progress"], asRoot: true },
  dnf: { refresh: ["makecache", "-q"], install: ["install", "-y", "-q"], asRoot: true },
  brew: { refresh: ["update", "-q"], install: ["install", "-q"], asRoot: false },
} as const

type PackageManager = keyof typeof PACKAGE_MANAGERS

/** A server or a browser that is not on npm. */
export interface SystemProgram {
  /** The command to look for. */
  command: string
  /** Environment variable that names the program's file. */
  variable: string
  /** What to set instead, to use a server that runs already. */
  alternative: string
  packages: Record<PackageManager, string>
}

/** The program's path: from the environment, from PATH, or installed with the system's package manager. */
export function findOrInstall(program: SystemProgram): string {
  const given = process.env[program.variable]
  if (given !== undefined && given !== "") {
    if (isExecutable(given)) {
      return given
    }
    throw new Error(`${program.variable} is "${given}", which is not a program that can be run`)
  }
  const found = findCommand(program.command)
  if (found !== undefined) {
    return found
  }
  return install(program)
}

export function findCommand(command: string): string | undefined {
  const directories = [...(process.env.PATH ?? "").split(delimiter), ...EXTRA_DIRECTORIES]
  return directories
    .filter((directory) => directory !== "")
    .map((directory) => join(directory, command))
    .find(isExecutable)
}

function install(program: SystemProgram): string {
  const manager = (Object.keys(PACKAGE_MANAGERS) as PackageManager[]).find((name) => findCommand(name) !== undefined)
  if (manager === undefined) {
    throw new Error(
      `${program.command} was not found, and neither was a package manager to install it with. ` +
        `Install ${program.command} and put it on PATH, or set ${program.alternative}.`
    )
  }
  const { asRoot } = PACKAGE_MANAGERS[manager]
  const packageName = program.packages[manager]
  const byHand = `${asRoot ? "sudo " : ""}${manager} ${PACKAGE_MANAGERS[manager].install[0]} ${packageName}`
  const prefix = asRoot ? rootPrefix() : []
  if (prefix === undefined) {
    throw new Error(
      `${program.command} was not found, and installing it needs root. Type: ${byHand}\n` +
        `Or set ${program.alternative}.`
    )
  }

  console.log(`${program.command} was not found: installing the package "${packageName}" with ${manager}`)
  const output = runManager(manager, packageName, prefix)
  const installed = findCommand(program.command)
  if (installed === undefined) {
    throw new Error(
      `${manager} could not install ${packageName}: ${output}\n` + `Type: ${byHand}\nOr set ${program.alternative}.`
    )
  }
  return installed
}

/** Package lists are refreshed only when the first attempt fails: often they are recent, and a refresh takes a while. */
function runManager(manager: PackageManager, packageName: string, prefix: string[]): string {
  const { install: installArguments, refresh } = PACKAGE_MANAGERS[manager]
  const attempt = (args: readonly string[]): { ok: boolean; output: string } => {
    const [command = manager, ...rest] = [...prefix, manager, ...args]
    const result = spawnSync(command, rest, {
      encoding: "utf8",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    })
    return { ok: result.status === 0, output: (result.stderr || result.stdout || String(result.error ?? "")).trim() }
  }
  const first = attempt([...installArguments, packageName])
  if (first.ok) {
    return first.output
  }
  attempt(refresh)
  return attempt([...installArguments, packageName]).output
}

/** Empty for root, sudo when it asks for no password, undefined when root cannot be had. */
function rootPrefix(): string[] | undefined {
  if (process.getuid?.() === 0) {
    return []
  }
  const sudo = findCommand("sudo")
  if (sudo !== undefined && spawnSync(sudo, ["-n", "true"], { stdio: "ignore" }).status === 0) {
    return [sudo, "-n"]
  }
  return undefined
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
