import { resolvePermissions } from "@medusajs/framework"
import type { AuthContext } from "@medusajs/framework/http"
import type { MedusaContainer } from "@medusajs/framework/types"
import { CLEAR_CACHE, READ_CACHE } from "../../../../policies/cache"

export interface Permissions {
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
