import leven from "leven"
import { providerOptions } from "../../providers/memcached/options"
import { type ResolvedResponseOptions, type ResponseOptions, resolveResponseOptions } from "../../responses"

/** The plugin's options as written in `medusa-config.ts`. docs/configuration.md has the table. */
export interface PluginOptions {
  /** Tells the users of the dashboard of outages. @default true */
  readonly outageNotifications?: boolean
  /** Stores whole answers of the storefront. @default false */
  readonly responses?: boolean | ResponseOptions
}

interface ResolvedPluginOptions {
  readonly outageNotifications: boolean
  readonly responses: ResolvedResponseOptions | undefined
}

const NAMES = ["outageNotifications", "responses"] satisfies (keyof PluginOptions)[]

/** So many letters may be wrong in a name. */
const MAX_TYPOS = 3

/**
 * Returns the options with defaults filled in. Throws an error that names the option and what was expected. Medusa adds
 * options of its own, so of unknown ones only those are refused that are misspelt, or belong to the provider.
 */
export function resolvePluginOptions(given: PluginOptions = {}): ResolvedPluginOptions {
  for (const name of Object.keys(given)) requireOwn(name)
  const { outageNotifications = true, responses } = given
  if (typeof outageNotifications !== "boolean") throw invalid("outageNotifications", "expected true or false")
  return { outageNotifications, responses: resolveResponseOptions(responses) }
}

function requireOwn(name: string): void {
  if (NAMES.includes(name as keyof PluginOptions)) return
  if (name in providerOptions.shape) {
    throw invalid(name, "it is one of the provider medusa-plugin-memcached/providers/memcached, in the Caching Module")
  }
  const meant = NAMES.find((known) => leven(known.toLowerCase(), name.toLowerCase()) <= MAX_TYPOS)
  if (meant !== undefined) throw invalid(name, `there is none, did you mean ${meant}?`)
}

const invalid = (name: string, reason: string): Error =>
  new Error(`medusa-plugin-memcached: the option ${name} is not valid: ${reason}`)
