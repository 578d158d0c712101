import type { AuthenticatedMedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import { shown } from "../../../../modules/cache-monitor/problem"
import { requiredCache } from "../../../../modules/cache-monitor/running-cache"
import type { AdminCacheServerDeleteResponse } from "../../../../types/http"
import { serverOf } from "../presenters"
import type { ServerQuery } from "../validators"

/** Makes the other servers forget one that is gone for good, so that no clear waits for it any more. */
export async function DELETE(
  req: AuthenticatedMedusaRequest<unknown, ServerQuery>,
  res: MedusaResponse<AdminCacheServerDeleteResponse>
): Promise<void> {
  const { id, provider_id: providerId } = req.validatedQuery
  const { cache } = requiredCache(req.scope, providerId)
  switch (await cache.forgetServer(id)) {
    case "configured":
      throw new MedusaError(
        MedusaError.Types.NOT_ALLOWED,
        `${id} is in this process's list of servers. Take it out of serverUrls and restart first, or remove the node from the cluster.`
      )
    case "unknown":
      throw new MedusaError(MedusaError.Types.NOT_FOUND, `No server of this cache knows ${shown(id)}.`)
    case "unreachable":
      throw new MedusaError(
        MedusaError.Types.NOT_ALLOWED,
        `Not all servers could be told to forget ${id}. Try again when all of this cache's servers can be reached.`
      )
    case "forgotten": {
      const servers = await cache.insight.servers.read()
      res.json({ id, object: "cache_server", deleted: true, servers: servers.map(serverOf) })
    }
  }
}
