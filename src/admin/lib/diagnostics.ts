import type { AdminCacheResponse, AdminCacheServer } from "../../types/http"

/**
 * What somebody who helps needs to know, as text. The API gives the configuration without secrets; names and addresses
 * that could still hold one are cut once more, since this is made to be pasted in public.
 */
export function diagnosticsText(
  cache: AdminCacheResponse["cache"],
  servers: readonly AdminCacheServer[],
  now: Date
): string {
  return JSON.stringify({ at: now.toISOString(), cache, servers }, withoutSecrets, 2)
}

const SECRET_NAME = /password|secret|token|credential|username|authorization/i
const CREDENTIALS_IN_URL = /\/\/[^/@\s]*@/g

function withoutSecrets(name: string, value: unknown): unknown {
  if (SECRET_NAME.test(name) && typeof value === "string") {
    return "***"
  }
  return typeof value === "string" ? value.replace(CREDENTIALS_IN_URL, "//***@") : value
}
