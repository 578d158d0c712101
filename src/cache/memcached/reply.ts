import { CacheError } from "../support/errors"
import { printable } from "../support/logger"
import { describeStatus, STATUS } from "./protocol"
import type { ResponseView } from "./response-parser"
import type { CasToken, Command, Reply } from "./server"

/** The length limit of memcached's explanation of a refusal, which is a few words. */
const MAX_REASON_CHARS = 100

const OK: Reply = Object.freeze({ status: "ok" })
const MISSING: Reply = Object.freeze({ status: "missing" })
const NOT_STORED: Reply = Object.freeze({ status: "not_stored" })
const TOO_LARGE: Reply = Object.freeze({ status: "too_large" })

export const EXISTS: Reply = Object.freeze({ status: "exists" })

/** A token that keeps the number as it came. Every lookup has one and many are not used, so the BigInt is made on demand. */
class ResponseCasToken implements CasToken {
  readonly connection: number
  private readonly high: number
  private readonly low: number

  constructor(connection: number, high: number, low: number) {
    this.connection = connection
    this.high = high
    this.low = low
  }

  get unique(): bigint {
    return (BigInt(this.high) << 32n) | BigInt(this.low)
  }
}

/** Translates a response (section "Response Status") into a `Reply`. */
export function toReply(op: Command["op"], frame: ResponseView, connection: number): Reply {
  switch (frame.status) {
    case STATUS.ok:
      return toOkReply(op, frame, connection)
    case STATUS.keyNotFound:
      return MISSING
    case STATUS.keyExists:
      return EXISTS
    case STATUS.valueTooLarge:
      return TOO_LARGE
    case STATUS.itemNotStored:
      // The meta protocol has one word for both.
      return op === "add" ? EXISTS : NOT_STORED
    default: {
      const text = printable(frame.value.toString("latin1"), MAX_REASON_CHARS)
      return serverError(`Memcached refused a ${op}: ${describeStatus(frame.status)}${text && ` (${text})`}`)
    }
  }
}

function toOkReply(op: Command["op"], frame: ResponseView, connection: number): Reply {
  switch (op) {
    case "get":
      return { status: "ok", value: frame.value, flags: frame.flags, cas: toCasToken(frame, connection) }
    case "set":
    case "add":
      return { status: "ok", cas: toCasToken(frame, connection) }
    default:
      return OK
  }
}

/**
 * Returns no token when the number is 0, as with `memcached -C`. Sent back, 0 means "store whatever is there", so a
 * swap would silently become an overwrite.
 */
function toCasToken(frame: ResponseView, connection: number): CasToken | undefined {
  const { casHigh, casLow } = frame
  return casHigh === 0 && casLow === 0 ? undefined : new ResponseCasToken(connection, casHigh, casLow)
}

export function serverError(message: string): Reply & { readonly error: CacheError } {
  return { status: "server_error", error: new CacheError("server_error", message) }
}

export function unreachable(error: CacheError): Reply {
  return { status: "unreachable", error }
}
