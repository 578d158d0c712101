import type { MedusaResponse } from "@medusajs/framework/http"

/** The time in which the first of the runs under way ends, unless Memcached is away. */
const RETRY_AFTER_SECONDS = 5

/** An answer in the form of Medusa's errors, none of which has this status. */
export interface Refusal {
  readonly type: "too_many_requests"
  readonly message: string
}

/** Answers 429. Nothing has been done. */
export function refuseRun(res: MedusaResponse<Refusal>): void {
  res.setHeader("Retry-After", RETRY_AFTER_SECONDS)
  res.status(429).json({
    type: "too_many_requests",
    message:
      "Nothing was cleared: too many invalidations are running in this process. " +
      `Try again in ${RETRY_AFTER_SECONDS} seconds, or combine the targets of several invalidations into one.`,
  })
}
