import { parseArgs } from "node:util"
import { CacheError } from "../cache"
import { nearestOf, rejectUnknownOptions } from "./arguments"
import { check } from "./check/command"
import { clear } from "./clear/command"
import { type Command, type Surroundings, UsageError } from "./command"
import { explain } from "./explain/command"
import { forget } from "./forget/command"
import type { Output } from "./output"
import { ShopError } from "./shop/shop-error"
import { stats } from "./stats/command"
import { readVersions } from "./versions"

const COMMANDS: Readonly<Record<string, Command>> = { check, stats, explain, clear, forget }

const USAGE = `medusa-memcached <command>

${Object.entries(COMMANDS)
  .map(([name, { summary }]) => `  ${name.padEnd(9)}${summary}`)
  .join("\n")}

medusa-memcached <command> --help shows its options.
check talks to Memcached. The others talk to a running shop: see --url and MEDUSA_API_KEY there.`

const USAGE_EXIT_CODE = 2

/** Runs the command line `medusa-memcached` with these arguments. Returns the exit code and never rejects. */
export async function runCommandLine([name, ...args]: readonly string[], surroundings: Surroundings): Promise<number> {
  const { output } = surroundings
  const command = name === undefined || !Object.hasOwn(COMMANDS, name) ? undefined : COMMANDS[name]
  if (command === undefined) return withoutCommand(name, output)
  try {
    rejectUnknownOptions(args, command.options)
    const { values } = parseArgs({ args, options: command.options, allowPositionals: true })
    if (values.help === true) return show(command.usage, output)
    if (values.version === true) return showVersion(output)
    return await command.run(args, surroundings)
  } catch (error) {
    output.note(messageOf(error))
    if (!isUsageError(error)) return 1
    output.note("See --help.")
    return command.usageExitCode
  }
}

function withoutCommand(name: string | undefined, output: Output): number {
  if (name === "--help" || name === "-h" || name === "help") return show(USAGE, output)
  if (name === "--version") return showVersion(output)
  if (name === undefined) output.note(USAGE)
  else output.note(`There is no command ${quoted(name)}${suggestionFor(name)}\nSee --help.`)
  return USAGE_EXIT_CODE
}

/** Shows a command's name, unless it may be something else in the wrong place. */
const quoted = (name: string): string => (/^[a-z]{1,20}$/i.test(name) ? `"${name}"` : "of that name")

function suggestionFor(name: string): string {
  const nearest = nearestOf(name, Object.keys(COMMANDS))
  if (nearest !== undefined) return `. Did you mean ${nearest}?`
  return /^[\w.-]+:\d+$/.test(name) ? `. To check a server: medusa-memcached check ${name}` : "."
}

function show(text: string, output: Output): number {
  output.result(text)
  return 0
}

function showVersion(output: Output): number {
  return show(`medusa-plugin-memcached ${readVersions().plugin}`, output)
}

const isUsageError = (error: unknown): error is Error =>
  error instanceof UsageError ||
  (error instanceof CacheError && error.code === "invalid_options") ||
  isParseArgsError(error)

/** https://nodejs.org/api/errors.html: ERR_PARSE_ARGS_INVALID_OPTION_VALUE and others. */
const isParseArgsError = (error: unknown): error is Error & { readonly code: string } =>
  typeof error === "object" && error !== null && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS")

function messageOf(error: unknown): string {
  if (error instanceof ShopError || isUsageError(error)) return error.message
  return `Unexpected: ${error instanceof Error ? error.message : String(error)}. Please report this.`
}
