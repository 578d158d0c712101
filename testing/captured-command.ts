import { Readable } from "node:stream"
import { runCommandLine } from "../src/cli/command-line"
import { Output } from "../src/cli/output"

export interface CommandResult {
  readonly exitCode: number
  /** Standard output. */
  readonly output: string
  /** Standard error. */
  readonly notes: string
  /** Both. */
  readonly text: string
}

interface Setting {
  readonly environment?: NodeJS.ProcessEnv
  /** What somebody types at a terminal. Without it there is no terminal. */
  readonly typed?: string
}

/** Runs `medusa-memcached` in this process, with these variables and no others. */
export async function captureCommand(
  args: readonly string[],
  { environment = {}, typed }: Setting = {}
): Promise<CommandResult> {
  let output = ""
  let notes = ""
  const isTTY = typed !== undefined
  const results = { isTTY, write: (text: string) => Boolean((output += text)) }
  const complaints = { isTTY, write: (text: string) => Boolean((notes += text)) }
  const exitCode = await runCommandLine(args, {
    environment,
    output: new Output(results, complaints, environment, args.includes("--no-color")),
    input: Object.assign(Readable.from(typed === undefined ? [] : [typed]), { isTTY }),
  })
  return { exitCode, output, notes, text: output + notes }
}
