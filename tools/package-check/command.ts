import { spawnSync } from "node:child_process"
import { join } from "node:path"
import manifest from "../../package.json"
import type { PackedPackage } from "./packed-package"

/** Nothing listens there: ports below 1024 are for system services, and this one has been out of use for decades. */
const DEAD_ADDRESS = "127.0.0.1:1"

/** Runs each command of the package as a shop would, and against a server that is not there. */
export function checkCommands(packed: PackedPackage): string[] {
  return Object.entries(manifest.bin).flatMap(([name, file]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(packed.directory, file), DEAD_ADDRESS], {
      cwd: packed.shop,
      encoding: "utf8",
    })
    const isRight =
      status === 1 &&
      stdout.includes(`${manifest.name} ${manifest.version}`) &&
      stdout.includes("nothing is listening on this port")
    return isRight ? [] : [`${name} does not run: exit code ${status ?? "none"}, ${stdout}${stderr}`]
  })
}
