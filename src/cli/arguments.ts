import { parseArgs } from "node:util"
import leven from "leven"
import { type Command, UsageError } from "./command"

/** Any spelling of an option for a key itself, such as `--apiKey=sk_…`. */
const KEY_OPTION = /^(medusa-?)?(api-?)?(key|token)$/i

const KEY_ON_COMMAND_LINE =
  "An API key cannot be passed as an argument: other users of this machine would see it in the list of processes, and " +
  "it would stay in the history of the shell. Set the variable MEDUSA_API_KEY, or use --api-key-file."

/** Throws a `UsageError` for an option that does not exist, with the nearest that does. Shows no values. */
export function rejectUnknownOptions(args: readonly string[], options: Command["options"]): void {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true })
  for (const token of tokens) {
    if (token.kind !== "option" || token.name in options) continue
    if ("api-key-file" in options && KEY_OPTION.test(token.name)) throw new UsageError(KEY_ON_COMMAND_LINE)
    // Anything else may be a value in the wrong place.
    const shown = /^--?[a-z][a-z-]{0,30}$/i.test(token.rawName) ? ` '${token.rawName}'` : ""
    const nearest = nearestOf(token.name, Object.keys(options))
    throw new UsageError(`Unknown option${shown}${nearest === undefined ? "." : `. Did you mean --${nearest}?`}`)
  }
}

/** Returns the name that was probably meant, if any resembles it: a longer form of it, otherwise the most similar. */
export function nearestOf(wrong: string, names: readonly string[]): string | undefined {
  const given = wrong.toLowerCase()
  const distanceTo = (name: string): number => leven(given, name)
  const mostSimilar = names
    .filter((name) => distanceTo(name) <= Math.max(1, Math.max(name.length, given.length) * 0.4))
    .sort((a, b) => distanceTo(a) - distanceTo(b))[0]
  return names.find((name) => name.startsWith(given)) ?? mostSimilar
}

/** Reads a number of milliseconds. Throws a `UsageError` otherwise. */
export function millisecondsOf(text: string | undefined, defaultMs: number, maxMs: number): number {
  const milliseconds = text === undefined ? defaultMs : Number(text)
  if (!Number.isInteger(milliseconds) || milliseconds < 1 || milliseconds > maxMs) {
    throw new UsageError(`--timeout must be 1 to ${maxMs} milliseconds`)
  }
  return milliseconds
}
