import type { MedusaRequest } from "@medusajs/framework/http"
import { MedusaError } from "@medusajs/framework/utils"
import { type OwnAddress, ownAddressOf } from "../../../../modules/cache-monitor/repeat-request"
import type { WarmRun } from "../../../../modules/cache-monitor/warm-runs"
import type { AdminCacheWarm } from "../../../../types/http"
import { isoOf, isoOrNull } from "../presenters"

/** Returns where requests to this process go, by the connection of this one. Throws NOT_ALLOWED when it cannot know. */
export function requiredAddress({ socket }: MedusaRequest): OwnAddress {
  const address = ownAddressOf(socket)
  if (address) return address
  throw new MedusaError(
    MedusaError.Types.NOT_ALLOWED,
    "This process cannot send requests to itself, because it listens on a Unix socket or with TLS. Nothing was done."
  )
}

export const warmOf = (run: WarmRun): AdminCacheWarm => ({
  id: run.id,
  state: run.state,
  provider_id: run.providerId,
  total: run.total,
  done: run.done,
  failed: run.failed,
  started_at: isoOf(run.startedAtMs),
  ended_at: isoOrNull(run.endedAtMs),
  duration_ms: (run.endedAtMs ?? Date.now()) - run.startedAtMs,
  message: run.message,
})
