import type { ParseArgsConfig } from "node:util"
import type { Output } from "./output"

/** What surrounds a command, so that tests can replace it. */
export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv
  readonly output: Output
  /** Where answers to questions come from. Without `isTTY` nobody can be asked. */
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean }
}

export interface Command {
  /** What it does, in a few words. */
  readonly summary: string
  /** The text for `--help`. */
  readonly usage: string
  readonly options: NonNullable<ParseArgsConfig["options"]>
  /** The exit code for arguments that make no sense. */
  readonly usageExitCode: number
  /** Returns the exit code. Throws a `UsageError` for arguments that make no sense. */
  run(args: readonly string[], surroundings: Surroundings): Promise<number>
}

/** Options that every command has. */
export const COMMON_OPTIONS = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
  "no-color": { type: "boolean" },
} as const

export const COMMON_USAGE = `  --no-color           no colours, as with the variable NO_COLOR or when the output is no terminal
  --version            show the version
  --help               show this text`

/** Arguments that make no sense. The message never has a value in it that may be a secret. */
export class UsageError extends Error {}
