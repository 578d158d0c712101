import type { IncomingHttpHeaders } from "node:http"
import type { RepeatableRequest } from "../../cache"

/**
 * Headers by which Medusa's answers to visitors differ, those by which a shop's own routes choose a language, and the one
 * by which the encoding of stored responses differs.
 */
const HEADERS = [
  "x-publishable-api-key",
  "x-medusa-locale",
  "accept-language",
  "content-language",
  "accept-encoding",
] as const

/** Headers that may say who asks. Answers to such requests are for one visitor only. */
const PERSONAL_HEADERS = ["authorization", "cookie", "proxy-authorization"] as const

const MAX_PATH_CHARS = 2_000

/** What these headers contain: ASCII, far less than this. */
const HEADER_VALUE = /^[\x20-\x7e]{0,256}$/

/** Below /store, in the letters of an address. */
const STORE_PATH = /^\/store\/[\x21-\x7e]+$/

/** Another program than this one might take such a path for one outside of /store. */
const ODD_PATH = /^[^?]*(\/\/|\\|\/\.|%2e|%2f|%5c)/i

/** The part of a request that decides whether it may be repeated. */
interface VisitorRequest {
  readonly method?: string | undefined
  readonly originalUrl: string
  readonly headers: IncomingHttpHeaders
}

/**
 * Returns what is needed to ask the shop once more for the same. Undefined unless it is a GET below /store of a visitor
 * of whom nothing is known: without credentials and cookies. `vary` names further headers, in lower case, that belong to it.
 */
export function repeatableRequestOf(
  { method, originalUrl, headers }: VisitorRequest,
  vary: readonly string[] = []
): RepeatableRequest | undefined {
  if (method !== "GET" || !isStorePath(originalUrl)) return undefined
  if (PERSONAL_HEADERS.some((name) => headers[name] !== undefined)) return undefined
  const kept: Record<string, string> = {}
  for (const name of [...HEADERS, ...vary]) {
    const value = headers[name]
    if (value === undefined) continue
    if (typeof value !== "string" || !HEADER_VALUE.test(value)) return undefined
    kept[name] = value
  }
  return { path: originalUrl, headers: kept }
}

/** Returns whether a path leads below /store, however it is read. */
export const isStorePath = (path: string): boolean =>
  path.length <= MAX_PATH_CHARS && STORE_PATH.test(path) && !ODD_PATH.test(path)
