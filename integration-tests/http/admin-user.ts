import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, generateJwtToken, Modules } from "@medusajs/framework/utils"

export interface AdminUser {
  /** @default "admin@example.com" */
  readonly email?: string
  /** Ids of roles, for what only some may do. */
  readonly roles?: readonly string[]
}

/** Creates a user of the admin and returns the header that authenticates as that user. */
export async function createAdminUser(
  container: MedusaContainer,
  { email = "admin@example.com", roles = [] }: AdminUser = {}
): Promise<{ authorization: string }> {
  const user = await container.resolve(Modules.USER).createUsers({ email })
  const identity = await container.resolve(Modules.AUTH).createAuthIdentities({
    provider_identities: [{ provider: "emailpass", entity_id: email }],
    app_metadata: { user_id: user.id },
  })
  const { http } = container.resolve(ContainerRegistrationKeys.CONFIG_MODULE).projectConfig
  const claims = {
    actor_id: user.id,
    actor_type: "user",
    auth_identity_id: identity.id,
    app_metadata: { user_id: user.id, roles },
  }
  const token = generateJwtToken(claims, { secret: http.jwtSecret, expiresIn: "1h" })
  return { authorization: `Bearer ${token}` }
}
