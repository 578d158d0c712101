import type { MedusaRequest } from "@medusajs/framework/http"

/** A request of a visitor, with what Medusa has found out about who asks. */
export type VisitorRequest = Omit<MedusaRequest, "session" | "route"> & {
  /** The customer who is logged in. */
  readonly auth_context?: { readonly actor_id?: string }
  /** With whoever has logged in with this browser, a user of the dashboard for example. */
  readonly session?: { readonly auth_context?: { readonly actor_type?: string } }
  /** Set by Express, to the route that answers. */
  readonly route?: unknown
  /** Set from the header x-publishable-api-key. */
  readonly publishable_key_context?: { key: string; sales_channel_ids: string[] }
}

/** Whether an answer is for the one who asks only, or must be a new one. */
export function isForOne({ headers, query, auth_context: customer, session }: VisitorRequest): boolean {
  if (customer?.actor_id || headers.authorization !== undefined || query["cart_id"] !== undefined) return true
  // A route may look into the body of a request, and that is not in its address.
  if (headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0) return true
  if (session?.auth_context === undefined) return false
  return session.auth_context.actor_type !== "user" || /\bno-cache\b/i.test(headers["cache-control"] ?? "")
}

/** Returns what a session has, as text, but for its cookie. Undefined for one that cannot be written as JSON. */
export function sessionOf({ session }: VisitorRequest): string | undefined {
  try {
    return JSON.stringify({ ...session, cookie: undefined })
  } catch {
    return undefined
  }
}

/**
 * Takes away the conditions of a request, with which its route might answer that nothing has changed. That is no answer
 * for others. Returns what puts them back.
 */
export function withoutConditions({ headers }: VisitorRequest): () => void {
  const { "if-none-match": etag, "if-modified-since": date } = headers
  delete headers["if-none-match"]
  delete headers["if-modified-since"]
  return () => {
    if (etag !== undefined) headers["if-none-match"] = etag
    if (date !== undefined) headers["if-modified-since"] = date
  }
}
