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
  /** As the option is written in `medusa-config.ts`, so that it is not translated; nested ones with a dot. */
  readonly name: string
  readonly value: string
  /** What it is when it is not set. Undefined where it is that. */
  readonly usually: string | undefined
}

/** A provider's configuration, one option a line. */
export function configurationFacts({
  configuration,
  defaults,
}: Pick<AdminCacheProvider, "configuration" | "defaults">): ConfigurationFact[] {
  const usual = new Map(flatten(defaults, ""))
  return flatten(configuration, "").map(([name, value]) => {
    const usually = usual.get(name)
    return { name, value, usually: usually === value ? undefined : usually }
  })
}

function flatten(options: Readonly<Record<string, unknown>>, path: string): (readonly [string, string])[] {
  return Object.entries(options).flatMap(([name, value]) =>
    isRecord(value) ? flatten(value, `${path}${name}.`) : [[`${path}${name}`, textOf(value)] as const]
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
