import { createHash } from "node:crypto"
import type { ServerResponse } from "node:http"
import { isOfAnswer } from "./answer"

/** What a route has answered, before it is compressed. */
export interface CapturedAnswer {
  readonly body: Buffer
  readonly etag: string
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  /** The time for which a shared cache may use it, in seconds, whoever has said so: the route or a middleware before it. */
  readonly freshSeconds: number
}

/** A captured answer, or why it must not be stored, in English. */
export type Captured = { readonly answer: CapturedAnswer } | { readonly refusal: string }

/** Request headers that are part of every key. */
export const ALWAYS_VARIED: readonly string[] = ["accept-encoding", "x-publishable-api-key", "x-medusa-locale"]

const ORIGIN = "origin"

/** A response, as far as it is captured. The signature of `end` is that of the calls that Express makes. */
type Capturable = Pick<
  ServerResponse,
  | "statusCode"
  | "headersSent"
  | "closed"
  | "getHeader"
  | "getHeaders"
  | "setHeader"
  | "removeHeader"
  | "once"
  | "write"
  | "end"
>

interface CaptureOptions {
  /** Names of request headers that are part of the key, in lower case. */
  readonly vary: readonly string[]
  readonly maxBytes: number
  /** Called once: when the answer is complete, before anything of it is sent, or when there will be none. */
  readonly onEnd: (captured: Captured) => void
  /** Asked after that: whether the client has this answer already, so that it gets a 304. */
  readonly isKnown: () => boolean
}

/** Takes the answer that a route gives through this response. It leaves as it would without this. */
export function capture(response: Capturable, { vary, maxBytes, onEnd, isKnown }: CaptureOptions): void {
  const before = response.getHeaders()
  const write = response.write
  const end = response.end
  let isOver = false
  const finish = (captured: Captured): void => {
    if (isOver) return
    isOver = true
    onEnd(captured)
  }
  const captured = ([chunk, encoding]: readonly unknown[]): Captured => {
    // That of CORS was there before the route ran. The headers of CORS are not kept.
    const ofCors = listed(before["vary"]).filter((name) => name === ORIGIN)
    const refusal = refusalOf(response, before, [...ALWAYS_VARIED, ...ofCors, ...vary])
    if (refusal !== undefined) return { refusal }
    // Text of this length has as many bytes at least, and is not copied.
    if (isBody(chunk) && chunk.length > maxBytes) return TOO_LARGE
    const body = bytesOf(chunk, encoding)
    if (body === undefined) return { refusal: "it has no body" }
    if (body.length > maxBytes) return TOO_LARGE
    const freshSeconds = freshnessOf(response.getHeaders())
    return { answer: { body, etag: etagOf(response, body), headers: headersOf(response, before), freshSeconds } }
  }
  response.write = ((...args: Parameters<typeof write>) => {
    finish({ refusal: "it is sent in parts" })
    return write.apply(response, args)
  }) as typeof write
  // Neither is put back: what a middleware has set in their place meanwhile, to compress for example, must stay.
  response.end = ((...args: Parameters<typeof end>) => {
    if (isOver) return end.apply(response, args)
    finish(captured(args))
    if (response.statusCode !== 200 || response.headersSent || !isKnown()) return end.apply(response, args)
    response.statusCode = 304
    for (const name of OF_A_BODY) response.removeHeader(name)
    return end.apply(response, args.filter((arg) => typeof arg === "function") as unknown as Parameters<typeof end>)
  }) as typeof end
  const abandon = (): void => finish({ refusal: "it was not completed" })
  if (response.closed) abandon()
  else response.once("close", abandon)
}

const TOO_LARGE: Captured = { refusal: "it is larger than maxBytes" }

/** What Express removes from an answer without a body. */
const OF_A_BODY = ["Content-Type", "Content-Length", "Transfer-Encoding"]

/** Returns a copy of what is sent at the end. */
function bytesOf(chunk: unknown, encoding: unknown): Buffer | undefined {
  if (typeof chunk === "string") {
    return Buffer.from(chunk, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8")
  }
  return chunk instanceof Uint8Array ? Buffer.from(chunk) : undefined
}

const isBody = (chunk: unknown): chunk is string | Uint8Array =>
  typeof chunk === "string" || chunk instanceof Uint8Array

/** Returns why an answer must not be given to anybody else. */
function refusalOf(response: Capturable, before: NodeJS.Dict<unknown>, varied: readonly string[]): string | undefined {
  if (response.statusCode !== 200) return `its status is ${response.statusCode}`
  if (response.headersSent) return "it is sent in parts"
  if (response.getHeader("set-cookie") !== before["set-cookie"]) return "it sets a cookie"
  if (response.getHeader("content-encoding") !== undefined) return "it is compressed already"
  if (response.getHeader("content-range") !== undefined) return "it is a part of something"
  const cacheControl = textOf(response.getHeader("cache-control"))
  const forbidden = /\b(no-store|private|no-cache)\b/i.exec(cacheControl)
  if (forbidden) return `it says Cache-Control: ${forbidden[0]}`
  const other = listed(response.getHeader("vary")).find((name) => !varied.includes(name))
  return other === undefined ? undefined : `it varies by ${other}, which is not in the option vary`
}

/** Returns what the route has set, without what was there before it: CORS belongs to the one who asks. */
function headersOf(response: Capturable, before: NodeJS.Dict<unknown>): CapturedAnswer["headers"] {
  const headers: Record<string, string | readonly string[]> = {}
  const ofConnection = listed(response.getHeader("connection"))
  for (const [name, value] of Object.entries(response.getHeaders())) {
    if (value === undefined || !isOfAnswer(name) || value === before[name] || ofConnection.includes(name)) continue
    headers[name] = Array.isArray(value) ? value : String(value)
  }
  return headers
}

/** Returns a weak one: a strong one would promise the same bytes in each encoding. */
function etagOf(response: Capturable, body: Buffer): string {
  const set = response.getHeader("etag")
  if (typeof set === "string" && set.startsWith("W/")) return set
  if (typeof set === "string") {
    response.setHeader("ETag", `W/${set}`)
    return `W/${set}`
  }
  const etag = `W/"${body.length.toString(16)}-${createHash("sha1").update(body).digest("base64").slice(0, 27)}"`
  response.setHeader("ETag", etag)
  return etag
}

const textOf = (value: unknown): string =>
  Array.isArray(value) ? value.join() : typeof value === "string" ? value : ""

const listed = (value: unknown): string[] =>
  textOf(value)
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "")

/** Returns the time for which a shared cache may use an answer, in seconds (RFC 9111, 4.2.1). */
function freshnessOf(headers: NodeJS.Dict<unknown>): number {
  const cacheControl = textOf(headers["cache-control"])
  const found = /\bs-maxage="?(\d+)/i.exec(cacheControl) ?? /\bmax-age="?(\d+)/i.exec(cacheControl)
  if (found) return Number(found[1])
  const expires = headers["expires"]
  if (expires === undefined) return Infinity
  // What is no date is in the past (RFC 9111, 5.3).
  const leftMs = Date.parse(textOf(expires)) - Date.now()
  return Number.isNaN(leftMs) ? 0 : Math.max(0, leftMs / 1000)
}
