import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { type Answer, type Encoding } from "./answer"
import { ALWAYS_VARIED } from "./capture"
import { expanded } from "./encoding"

/** RFC 9211, "The Cache-Status HTTP Response Header Field". */
const CACHE_NAME = "medusa-memcached"

/** What each client is told of an answer that is stored. */
interface Telling {
  readonly cacheControl: string | undefined
  /** Names of request headers by which the answers of the route differ. */
  readonly vary: readonly string[]
}

interface Sending extends Telling {
  /** What the client understands. */
  readonly encoding: Encoding
  /** The value of the header Cache-Status, without the name of the cache. */
  readonly status: string
  /** Seconds since the answer was made; undefined when it has just been made. */
  readonly ageSeconds: number | undefined
}

/** Sets the value of the header Cache-Status, `hit` for example. */
export const setCacheStatus = (res: MedusaResponse, status: string): unknown =>
  res.setHeader("Cache-Status", `${CACHE_NAME}; ${status}`)

/**
 * Sets the headers that an answer has when it is made as well as when it comes from the cache. The option `cacheControl`
 * speaks where neither the route nor a middleware has, and never of an answer that gives somebody a cookie: a CDN might keep
 * the cookie with it. Returns whether it spoke.
 */
export function setHeadersOfStored(res: MedusaResponse, { cacheControl, vary }: Telling): boolean {
  res.vary([...ALWAYS_VARIED, ...vary].join(", "))
  if (cacheControl === undefined || res.hasHeader("Cache-Control") || res.hasHeader("Set-Cookie")) return false
  res.setHeader("Cache-Control", cacheControl)
  // Who logs in later gets another answer, perhaps with other prices. Such a request is none of this cache.
  res.vary("Authorization")
  // That of a session comes with the first byte.
  const setHeader = res.setHeader.bind(res)
  res.setHeader = (name, value) => {
    if (name.toLowerCase() === "set-cookie") res.removeHeader("Cache-Control")
    return setHeader(name, value)
  }
  return true
}

/** Sends an answer from the cache. Rejects, before anything is sent, when its bytes are damaged. */
export async function send(
  req: Pick<MedusaRequest, "method" | "fresh">,
  res: MedusaResponse,
  answer: Answer,
  { encoding, status, ageSeconds, ...told }: Sending
): Promise<void> {
  const isUnderstood = answer.encoding === "identity" || answer.encoding === encoding
  const body = isUnderstood ? answer.body : await expanded(answer.body, answer.encoding, answer.rawBytes)
  for (const [name, value] of Object.entries(answer.headers)) res.setHeader(name, value)
  const isToldByOption = setHeadersOfStored(res, told)
  res.setHeader("ETag", answer.etag)
  setCacheStatus(res, status)
  // The answer has just been found valid, so the time of the option begins now.
  if (ageSeconds !== undefined && !isToldByOption) res.setHeader("Age", ageSeconds)
  if (req.fresh) {
    res.removeHeader("Content-Type")
    res.statusCode = 304
    res.end()
    return
  }
  if (isUnderstood && answer.encoding !== "identity") res.setHeader("Content-Encoding", answer.encoding)
  res.setHeader("Content-Length", body.length)
  res.statusCode = 200
  if (req.method === "HEAD") res.end()
  else res.end(body)
}
