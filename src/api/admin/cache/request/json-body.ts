import { setImmediate as nextTurn } from "node:timers/promises"
import { promisify } from "node:util"
import { MedusaError } from "@medusajs/framework/utils"
import type { MedusaRequest, MedusaResponse } from "@medusajs/framework/http"
import { raw } from "body-parser"
import { clipped, shown } from "../../../../modules/cache-monitor/problem"
import { hasMoreValues } from "./json-values"

/**
 * The required type. A browser sends it to another site's server only with that server's permission; forms have other
 * types.
 */
const TYPE = "application/json"

/**
 * The most values in a body. 100,000 names, and 10,000 objects with a list each, are 130,000. Parsing that many takes
 * 50 ms at most.
 */
const MAX_VALUES = 150_000

/**
 * Returns a reader for bodies that Medusa has not parsed, because its own parsers run before it knows the sender.
 * `maxMegabytes` is the limit after decompression. The reader rejects with INVALID_DATA when the body is not JSON in
 * UTF-8 or has too many values. Otherwise it rejects with an error that has a status: 413 for too many bytes, 415 for
 * another type or encoding.
 */
export function jsonReader(maxMegabytes: number): (req: MedusaRequest, res: MedusaResponse) => Promise<unknown> {
  const read = promisify(raw({ type: TYPE, limit: maxMegabytes * 1024 * 1024 }))
  return async (req, res) => {
    if (!req.is(TYPE)) {
      const type = shown(req.get("content-type"))
      throw new BodyRefusal(
        415,
        `Header 'content-type' is ${type}, but must be '${TYPE}'. The request must have a body.`
      )
    }
    try {
      await read(req, res)
    } catch (error) {
      throw refusalFor(error, maxMegabytes)
    }
    return parsed(req.body)
  }
}

/** Parses in steps, so that other requests are answered in between. */
async function parsed(body: unknown): Promise<unknown> {
  if (!Buffer.isBuffer(body)) {
    throw new MedusaError(
      MedusaError.Types.UNEXPECTED_STATE,
      "The request body was already read by another body parser. Exclude /admin/cache from that parser."
    )
  }
  if (hasMoreValues(body, MAX_VALUES)) {
    throw invalid(`The body has more than ${MAX_VALUES} values. Split it into several requests, or clear 'all'.`)
  }
  await nextTurn()
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(body)
    await nextTurn()
    return JSON.parse(text)
  } catch (error) {
    throw invalid(`The body must be JSON in UTF-8: ${shown(reasonOf(error))}.`)
  }
}

/** An error whose status Medusa's error handler uses. MedusaError has no type for these statuses. */
class BodyRefusal extends Error {
  readonly expose = true
  readonly status: number
  readonly statusCode: number

  constructor(status: number, message: string) {
    super(message)
    this.status = this.statusCode = status
  }
}

/** Errors of body-parser have a status. */
function refusalFor(error: unknown, maxMegabytes: number): BodyRefusal {
  const status = error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : 400
  const reason = status === 413 ? `it has more than ${maxMegabytes} MB` : clipped(reasonOf(error))
  return new BodyRefusal(status, `The body cannot be read: ${reason}.`)
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const invalid = (message: string): MedusaError => new MedusaError(MedusaError.Types.INVALID_DATA, message)
