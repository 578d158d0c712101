import { promisify } from "node:util"
import { brotliCompress, brotliDecompress, gunzip, gzip } from "node:zlib"
import { brotliOptions, RecentMap } from "../cache"
import type { Encoding } from "./answer"

const compressBrotli = promisify(brotliCompress)
const compressGzip = promisify(gzip)
const expandBrotli = promisify(brotliDecompress)
const expandGzip = promisify(gunzip)

/** Of a list of 50 products, quality 4 makes less than zlib's level 6, in about two thirds of the time. */
const BROTLI_QUALITY = 4
const GZIP_LEVEL = 6

/** The size below which compression saves nothing: such an answer fits into one packet. */
const MIN_BYTES = 1_024

/** A request, as far as it says what its sender understands. */
export interface Negotiable {
  readonly headers: { readonly "accept-encoding"?: string | string[] | undefined }
  acceptsEncodings(...encodings: string[]): string | false
}

/** By the header's value. There are as many as kinds of browsers, and parsing one takes as long as the rest of a key. */
const known = new RecentMap<string, Encoding>(200)
const MAX_KNOWN_CHARS = 100

/** Returns the best encoding that the sender of a request understands (RFC 9110, "Accept-Encoding"). */
export function encodingFor(request: Negotiable): Encoding {
  const accepted = String(request.headers["accept-encoding"] ?? "")
  const before = known.get(accepted)
  if (before !== undefined) return before
  const found = negotiated(request)
  if (accepted.length <= MAX_KNOWN_CHARS) known.set(accepted, found)
  return found
}

function negotiated(request: Negotiable): Encoding {
  if (request.acceptsEncodings("br") === "br") return "br"
  return request.acceptsEncodings("gzip") === "gzip" ? "gzip" : "identity"
}

/** Returns the encoding in which an answer is stored for it. Few clients understand none: theirs is expanded. */
export const storedEncodingOf = (encoding: Encoding): Encoding => (encoding === "identity" ? "gzip" : encoding)

/** Compresses a body, in the thread pool. One that gets no smaller is returned as it is. */
export async function compressed(
  body: Buffer,
  wanted: Encoding
): Promise<{ readonly body: Buffer; readonly encoding: Encoding }> {
  if (wanted === "identity" || body.length < MIN_BYTES) return { body, encoding: "identity" }
  const small = await (wanted === "br"
    ? compressBrotli(body, brotliOptions(body.length, BROTLI_QUALITY))
    : compressGzip(body, { level: GZIP_LEVEL }))
  return small.length < body.length ? { body: small, encoding: wanted } : { body, encoding: "identity" }
}

/** Expands a body to `rawBytes`, in the thread pool. Rejects when it has another size. */
export async function expanded(body: Buffer, encoding: Encoding, rawBytes: number): Promise<Buffer> {
  if (encoding === "identity") return body
  const options = { maxOutputLength: Math.max(1, rawBytes) }
  const raw = await (encoding === "br" ? expandBrotli(body, options) : expandGzip(body, options))
  if (raw.length !== rawBytes) throw new RangeError(`expected ${rawBytes} bytes, found ${raw.length}`)
  return raw
}
