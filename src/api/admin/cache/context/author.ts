import type { AuthContext } from "@medusajs/framework/http"
import type { ClearAuthor } from "../../../../cache"

/** Medusa's actor type of a secret API key. */
const API_KEY = "api-key"

/** Returns who clears, for the clear history. */
export function authorOf({ actor_type, actor_id }: AuthContext): ClearAuthor {
  return { origin: actor_type === API_KEY ? "api_key" : "admin", actorId: actor_id }
}
