import { spawnSync } from "node:child_process"
import { join } from "node:path"
import manifest from "../../package.json"
import type { PackedPackage } from "./packed-package"

/** Nothing listens there: ports below 1024 are for system services, and this one has been out of use for decades. */
const DEAD_ADDRESS = "127.0.0.1:2"

const VERSION = `${manifest.name} ${manifest.version}`

interface Call {
  readonly args: readonly string[]
  readonly exitCode: number
  /** What it says. */
  readonly texts: readonly string[]
}

/** One call of each part, against servers and a shop that are not there. */
const CALLS: readonly Call[] = [
  { args: ["--help"], exitCode: 0, texts: ["check ", "stats ", "explain ", "clear "] },
  { args: ["--version"], exitCode: 0, texts: [VERSION] },
  { args: ["check", DEAD_ADDRESS], exitCode: 1, texts: [VERSION, "nothing is listening on this port"] },
  ...[["stats"], ["explain", "menu"], ["clear", "--tag", "Menu:main"]].map((args) => ({
    args: [...args, "--url", `http://${DEAD_ADDRESS}`],
    exitCode: 1,
    texts: ["Nothing is listening at"],
  })),
]

/** Runs the command of the package as a shop would. */
export function checkCommands(packed: PackedPackage): string[] {
  const program = join(packed.directory, manifest.bin["medusa-memcached"])
  return CALLS.flatMap(({ args, exitCode, texts }) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
      cwd: packed.shop,
      encoding: "utf8",
      env: { ...process.env, MEDUSA_API_KEY: "sk_of_nobody" },
    })
    const text = stdout + stderr
    const isRight = status === exitCode && texts.every((part) => text.includes(part))
    return isRight ? [] : [`medusa-memcached ${args.join(" ")}: exit code ${status ?? "none"}, ${text}`]
  })
}
