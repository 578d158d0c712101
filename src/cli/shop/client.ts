import type {
  AdminCacheClearResponse,
  AdminCacheClearsResponse,
  AdminCacheEntryResponse,
  AdminCacheInvalidationResponse,
  AdminCacheResponse,
  AdminCacheServersResponse,
  AdminCacheStatsResponse,
} from "../../types/http"
import { message } from "../format"
import type { Output } from "../output"
import type { Connection } from "./connection"
import { errorForAnswer, errorForFailure, type RawAnswer } from "./diagnosis"
import { ShopError } from "./shop-error"

/** Far above any answer: that of a clear repeats its targets, which may be 2 MB. */
const MAX_ANSWER_BYTES = 16 * 1024 ** 2

/** The answers that are read, by the field in which each of them comes. */
type Answers = AdminCacheResponse &
  Pick<AdminCacheStatsResponse, "stats"> &
  Pick<AdminCacheServersResponse, "servers"> &
  Pick<AdminCacheEntryResponse, "entry"> &
  Pick<AdminCacheClearsResponse, "clears"> &
  Pick<AdminCacheClearResponse, "clear"> &
  Pick<AdminCacheInvalidationResponse, "invalidation">

interface Request {
  readonly method: "GET" | "POST" | "DELETE"
  /** Below /admin/cache. */
  readonly path: string
  readonly body?: object
}

/** Asks the routes under /admin/cache of a running shop. Rejects with a `ShopError` only. */
export class ShopClient {
  readonly url: string
  readonly #authorization: string
  readonly #timeoutMs: number
  readonly #secrets: readonly string[]

  constructor({ url, key, timeoutMs }: Connection, output: Pick<Output, "hide">) {
    this.url = url
    this.#timeoutMs = timeoutMs
    // Medusa expects a secret API key as the user name, without a password.
    const credentials = Buffer.from(`${key}:`).toString("base64")
    this.#authorization = `Basic ${credentials}`
    this.#secrets = [key, credentials]
    output.hide(...this.#secrets)
  }

  /** Returns one field of the answer. */
  get<Field extends keyof Answers>(
    field: Field,
    path: string,
    query: Readonly<Record<string, string | undefined>> = {}
  ): Promise<Answers[Field]> {
    return this.#ask(field, { method: "GET", path: withQuery(path, query) })
  }

  /** As `get`, for a route that takes something away. */
  delete<Field extends keyof Answers>(
    field: Field,
    path: string,
    query: Readonly<Record<string, string | undefined>>
  ): Promise<Answers[Field]> {
    return this.#ask(field, { method: "DELETE", path: withQuery(path, query) })
  }

  /** As `get`, for a route that clears. */
  post<Field extends keyof Answers>(field: Field, path: string, body: object): Promise<Answers[Field]> {
    return this.#ask(field, { method: "POST", path, body })
  }

  async #ask<Field extends keyof Answers>(field: Field, request: Request): Promise<Answers[Field]> {
    const answer = await this.#send(request)
    const json = jsonIn(answer.text)
    const isRefused = answer.status < 200 || answer.status > 299
    if (isRefused || json === undefined) throw errorForAnswer(this.url, answer, json)
    const value = json[field]
    if (typeof value !== "object" || value === null) throw notUnderstood(this.url, `it has no "${field}"`)
    return value as Answers[Field]
  }

  /** Sends a request and reads at most `MAX_ANSWER_BYTES` of the answer, after it was unpacked. */
  async #send({ method, path, body }: Request): Promise<RawAnswer> {
    try {
      const response = await fetch(`${this.url}/admin/cache${path}`, {
        method,
        headers: {
          accept: "application/json",
          authorization: this.#authorization,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
        // Another host must not get the key.
        redirect: "manual",
        signal: AbortSignal.timeout(this.#timeoutMs),
      })
      const header = (name: string): string => this.#withoutSecrets(response.headers.get(name) ?? "")
      return {
        status: response.status,
        type: header("content-type"),
        location: header("location"),
        retryAfter: header("retry-after"),
        text: this.#withoutSecrets(await this.#textOf(response)),
      }
    } catch (error) {
      if (error instanceof ShopError) throw error
      throw errorForFailure(this.url, error, {
        timeoutMs: this.#timeoutMs,
        changes: method === "DELETE" || (body !== undefined && !("dry_run" in body)),
      })
    }
  }

  async #textOf({ body }: Response): Promise<string> {
    if (body === null) return ""
    const chunks: Uint8Array[] = []
    let sizeBytes = 0
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      sizeBytes += chunk.length
      if (sizeBytes > MAX_ANSWER_BYTES) {
        throw new ShopError(
          `${this.url} answers with more than ${MAX_ANSWER_BYTES / 1024 ** 2} MB, which no Medusa server does here. ` +
            "Check --url or MEDUSA_BACKEND_URL."
        )
      }
      chunks.push(chunk)
    }
    return Buffer.concat(chunks).toString("utf8")
  }

  /** Removes what a proxy may have repeated, before anything is cut to a length. */
  #withoutSecrets(text: string): string {
    return this.#secrets.reduce((shown, secret) => shown.replaceAll(secret, "[API key]"), text)
  }
}

/** Returns undefined for anything but a JSON object. */
function jsonIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/**
 * Formats an answer. Throws a `ShopError` when it lacks something, as the answer of another version of the plugin or of
 * another program may.
 */
export function understood<T>(url: string, format: () => T): T {
  try {
    return format()
  } catch (error) {
    throw notUnderstood(url, error instanceof Error ? error.message : String(error))
  }
}

const notUnderstood = (url: string, reason: string): ShopError =>
  new ShopError(
    `The answer of ${url} is not understood: ${message(reason)}.\n` +
      "Use this command from the shop's own folder, so that both have the same version of the plugin."
  )

function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const parameters = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]
  )
  return parameters.length === 0 ? path : `${path}?${parameters.join("&")}`
}
