import type { FlagRouter } from "@medusajs/framework/feature-flags"
import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import type { CacheStatusReason } from "../../types/http"

export interface Inactivity {
  readonly reason: Extract<CacheStatusReason, "flag_off" | "provider_not_registered" | "not_default">
  /** What it means and what to do. */
  readonly message: string
}

/**
 * Returns why Medusa's own queries are not cached by one of these providers. Undefined when they are. A provider that
 * runs still works for code that names it, so the other routes depend on what runs.
 */
export function inactivityOf(scope: MedusaContainer, providerIds: readonly string[]): Inactivity | undefined {
  const flags = scope.resolve<FlagRouter>(ContainerRegistrationKeys.FEATURE_FLAG_ROUTER)
  const steps = [
    ...(flags.isFeatureEnabled("caching") ? [] : [FLAG_OFF]),
    ...(providerIds.length === 0 ? [NOT_REGISTERED] : []),
    ...(providerIds.length > 0 && !providerIds.includes(defaultProviderOf(scope) ?? "") ? [NOT_DEFAULT] : []),
  ]
  const [first] = steps
  if (first === undefined) return undefined
  return {
    reason: first.reason,
    message: `${first.means} ${steps.map((step) => step.todo).join(" ")} Then restart Medusa.`,
  }
}

const FLAG_OFF = {
  reason: "flag_off",
  means: "Medusa's feature flag \"caching\" is off, so Medusa's queries are not cached.",
  todo: "Set featureFlags: { caching: true } in medusa-config.ts, or MEDUSA_FF_CACHING=true in the environment.",
} as const

const NOT_REGISTERED = {
  reason: "provider_not_registered",
  means: "No caching provider of this plugin is running in this process.",
  todo:
    'Add the module "@medusajs/medusa/caching" to medusa-config.ts, with the provider ' +
    '{ id: "caching-memcached", resolve: "medusa-plugin-memcached/providers/memcached", is_default: true }.',
} as const

const NOT_DEFAULT = {
  reason: "not_default",
  means:
    "Another provider is the default of Medusa's Caching Module, so this provider is used only by code that names it.",
  todo: "Set is_default: true for this provider in medusa-config.ts, and remove it from the other one.",
} as const

/** Returns the id of Medusa's default provider. Returns undefined without a Caching Module. */
export const defaultProviderOf = (scope: MedusaContainer): string | undefined =>
  defaultProviderIn(scope.resolve(Modules.CACHING, { allowUnregistered: true }))

/** Returns the id of a Caching Module's default provider. The module keeps it in a field that its type does not have. */
export function defaultProviderIn(caching: unknown): string | undefined {
  if (typeof caching !== "object" || caching === null || !("defaultProviderId" in caching)) return undefined
  return typeof caching.defaultProviderId === "string" ? caching.defaultProviderId : undefined
}
