import { resolvePermissions } from "@medusajs/framework"
import type { AuthContext } from "@medusajs/framework/http"
import type { MedusaContainer } from "@medusajs/framework/types"
import type { ClearAuthor } from "../../../cache"
import { CLEAR_CACHE, READ_CACHE } from "../../../policies/cache"
import type { PageOf } from "../../../types/http"

interface Permissions {
  readonly read: boolean
  readonly clear: boolean
}

/**
 * Returns the actor's permissions by Medusa's own rules: everything while its flag `rbac` is off, nothing for an actor
 * without roles.
 */
export async function permissionsOf(scope: MedusaContainer, { app_metadata }: AuthContext): Promise<Permissions> {
  const { roles } = app_metadata
  const granted = await resolvePermissions({
    roles: Array.isArray(roles) ? roles.map(String) : [],
    universe: [READ_CACHE, CLEAR_CACHE],
    container: scope,
  })
  return { read: granted.has(idOf(READ_CACHE)), clear: granted.has(idOf(CLEAR_CACHE)) }
}

const idOf = ({ resource, operation }: typeof READ_CACHE): string => `${resource}:${operation}`

/** Medusa's actor type of a secret API key. */
const API_KEY = "api-key"

/** Returns who clears, for the clear history. */
export function authorOf({ actor_type, actor_id }: AuthContext): ClearAuthor {
  return { origin: actor_type === API_KEY ? "api_key" : "admin", actorId: actor_id }
}

interface PageRequest {
  readonly limit: number
  readonly offset: number
}

export const pageOf = <T>(items: readonly T[], { limit, offset }: PageRequest): readonly T[] =>
  items.slice(offset, offset + limit)

export const pageInfo = (items: readonly unknown[], { limit, offset }: PageRequest): PageOf => ({
  count: items.length,
  offset,
  limit,
})
