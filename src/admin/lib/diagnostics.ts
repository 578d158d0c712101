import type { AdminCacheProvider, AdminCacheResponse, AdminCacheServer } from "../../types/http"

/**
 * What somebody who helps needs to know, as text. The API gives the configuration without secrets; names and addresses
 * that could still hold one are cut once more, since this is made to be pasted in public.
 */
export function diagnosticsText(
  cache: AdminCacheResponse["cache"],
  servers: readonly AdminCacheServer[],
  now: Date
): string {
  return JSON.stringify({ at: now.toISOString(), cache, servers }, withoutSecrets, 2)
}

const SECRET_NAME = /password|secret|token|credential|username|authorization/i
const CREDENTIALS_IN_URL = /\/\/[^/@\s]*@/g

function withoutSecrets(name: string, value: unknown): unknown {
  if (SECRET_NAME.test(name) && typeof value === "string") {
    return "***"
  }
  return typeof value === "string" ? value.replace(CREDENTIALS_IN_URL, "//***@") : value
}

interface ConfigurationFact {
  /** As the option is written in `medusa-config.ts`, so that it is not translated. */
  readonly name: string
  readonly value: string
}

/** A provider's configuration, one option a line; nested ones with a dot. */
export function configurationFacts(provider: AdminCacheProvider): ConfigurationFact[] {
  return [
    { name: "id", value: provider.id },
    { name: "is_default", value: String(provider.is_default) },
    ...flatten(provider.configuration, ""),
  ]
}

function flatten(options: Readonly<Record<string, unknown>>, path: string): ConfigurationFact[] {
  return Object.entries(options).flatMap(([name, value]) =>
    isRecord(value) ? flatten(value, `${path}${name}.`) : [{ name: `${path}${name}`, value: textOf(value) }]
  )
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) {
    return value.map(textOf).join(", ")
  }
  return typeof value === "string" ? value : JSON.stringify(value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
