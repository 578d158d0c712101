import { validateHeaderName, validateHeaderValue } from "node:http"

/** What a client gets, but for headers that belong to one request. */
export interface Answer {
  /** How the body is compressed. */
  readonly encoding: Encoding
  /** Of the body before compression, as the route's framework has made it. */
  readonly etag: string
  /** Headers that the route has set, by their names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: Buffer
  /** The size of the body in bytes, before compression. */
  readonly rawBytes: number
}

/** Content codings (RFC 9110). "identity" is none. */
export type Encoding = "br" | "gzip" | "identity"

const ENCODINGS: readonly unknown[] = ["br", "gzip", "identity"] satisfies Encoding[]

/** Headers of one connection, one request or one visitor, and those that are made anew for each client. */
const OF_ONE_CLIENT = new Set([
  ...["age", "cache-status", "connection", "content-length", "date", "etag", "keep-alive", "set-cookie", "trailer"],
  ...["transfer-encoding", "vary", "te", "upgrade", "www-authenticate", "proxy-authenticate", "proxy-connection"],
])

/** What scripts may read of an answer is the same for all of them. */
const EXPOSED = "access-control-expose-headers"

/** Returns whether a header, by its name in lower case, belongs to an answer. CORS is decided for each request. */
export const isOfAnswer = (name: string): boolean =>
  name === EXPOSED || (!OF_ONE_CLIENT.has(name) && !name.startsWith("access-control-"))

/** Far more than the headers of a route. */
const MAX_HEAD_BYTES = 16 * 1024

const SIZE_BYTES = 4

/** Encodes an answer as one payload: the size of its head, the head as JSON, and the body. */
export function encodeAnswer({ body, ...head }: Answer): Buffer | undefined {
  const json = Buffer.from(JSON.stringify(head))
  if (json.length > MAX_HEAD_BYTES) return undefined
  const size = Buffer.allocUnsafe(SIZE_BYTES)
  size.writeUInt32BE(json.length)
  return Buffer.concat([size, json, body])
}

/**
 * Returns undefined for bytes that are no answer, or one with headers that no answer has, or one that is larger than
 * `maxRawBytes` before compression. The body is a view of the bytes.
 */
export function decodeAnswer(payload: Buffer, maxRawBytes: number): Answer | undefined {
  if (payload.length < SIZE_BYTES) return undefined
  const headBytes = payload.readUInt32BE(0)
  if (headBytes > MAX_HEAD_BYTES || SIZE_BYTES + headBytes > payload.length) return undefined
  const head = headIn(payload.toString("utf8", SIZE_BYTES, SIZE_BYTES + headBytes))
  return head && head.rawBytes <= maxRawBytes ? { ...head, body: payload.subarray(SIZE_BYTES + headBytes) } : undefined
}

function headIn(json: string): Omit<Answer, "body"> | undefined {
  try {
    const head: unknown = JSON.parse(json)
    return isHead(head) ? head : undefined
  } catch {
    return undefined
  }
}

function isHead(head: unknown): head is Omit<Answer, "body"> {
  if (typeof head !== "object" || head === null) return false
  const { encoding, etag, headers, rawBytes } = head as Partial<Record<keyof Answer, unknown>>
  return (
    ENCODINGS.includes(encoding) &&
    typeof etag === "string" &&
    typeof headers === "object" &&
    headers !== null &&
    Object.entries(headers).every(isHeader) &&
    typeof rawBytes === "number"
  )
}

/** Whoever can write to Memcached must not be able to give a visitor a cookie, or an answer of his own. */
function isHeader([name, value]: readonly [string, unknown]): boolean {
  try {
    validateHeaderName(name)
    for (const text of [value].flat()) {
      if (typeof text !== "string") return false
      validateHeaderValue(name, text)
    }
    return isOfAnswer(name.toLowerCase())
  } catch {
    return false
  }
}
