import { execFileSync } from "node:child_process"
import { readdirSync } from "node:fs"
import { join, resolve } from "node:path"
import { startChild } from "../services/child-processes"

const ROOT = resolve(__dirname, "..", "..")

/** What `npm publish` would upload, freshly built, as a file in the directory. */
export async function packPlugin(directory: string): Promise<string> {
  const output = join(directory, "pack.log")
  const child = await startChild({
    command: "npm",
    args: ["pack", "--pack-destination", directory],
    cwd: ROOT,
    output: { file: output },
  })
  const exitCode = await child.ended
  const name = readdirSync(directory).find((file) => file.endsWith(".tgz"))
  if (exitCode !== 0 || name === undefined) {
    throw new Error(
      `npm pack ended with code ${exitCode}:\n${execFileSync("tail", ["-n", "20", output], { encoding: "utf8" })}`
    )
  }
  return join(directory, name)
}
