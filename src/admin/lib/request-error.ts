/** The HTTP status of a failed request; undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("status" in error)) {
    return undefined
  }
  return typeof error.status === "number" ? error.status : undefined
}

/**
 * Whether the dashboard's error boundary may see it. It answers a 401 by going to the login page; anything else would
 * replace a page whose purpose is to show that something is wrong.
 */
export function belongsToErrorBoundary(error: unknown): boolean {
  return statusOf(error) === 401
}

/** Whether the same request may succeed in a moment: the server did not answer, or not as it should have. */
export function isWorthRetrying(error: unknown): boolean {
  const status = statusOf(error)
  return status === undefined || status >= 500
}

export function messageOf(error: unknown): string {
  return error instanceof Error && error.message !== "" ? error.message : String(error)
}
