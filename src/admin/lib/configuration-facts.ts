import type { AdminCacheProvider } from "../../types/http"

export interface ConfigurationFact {
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
