import type { Encoding } from "./answer"
import { type AnswerRoute, plainPath } from "./routes"
import type { VisitorRequest } from "./visitor"

/** The part of a request that its answer is found by. */
export type KeyedRequest = Pick<VisitorRequest, "originalUrl" | "headers" | "publishable_key_context" | "locale">

/** Longer addresses are none of a storefront. */
const MAX_URL_CHARS = 2_000

/** What an answer is found by. */
export interface AnswerKey {
  readonly key: string
  /** Tags of its route and its address: `/store/products:list:*`, `url:/store/products?limit=12`. */
  readonly tags: readonly [string, string]
}

/**
 * Names the answer to a request by everything that it may depend on. Undefined for an address that is too long. The
 * sales channels are in it, so that an answer does not outlive a change of what a publishable key may see, and the names
 * of headers, so that it does not outlive a change of the option `vary`.
 */
export function answerKeyOf(
  { originalUrl, headers, publishable_key_context: publishable, locale }: KeyedRequest,
  { name, vary }: AnswerRoute,
  encoding: Encoding,
  version: string | undefined
): AnswerKey | undefined {
  if (originalUrl.length > MAX_URL_CHARS) return undefined
  const address = addressOf(originalUrl)
  const circumstances = [
    ...[publishable?.key ?? null, [...(publishable?.sales_channel_ids ?? [])].sort(), locale ?? null],
    ...[vary.map((header) => [header, headers[header] ?? null]), encoding, version ?? null],
  ]
  return {
    key: `${address} ${JSON.stringify(circumstances)}`,
    tags: [`${name}:list:*`, urlTagOf(address)],
  }
}

/** The type in tags of addresses. */
export const URL_TYPE = "url"

/**
 * Returns the tag of all answers to this path with its query, whatever else they depend on. People write addresses in other
 * ways than clients do, so it is the same for letters of either case in the path, a slash at its end, and what is encoded
 * or not. Two addresses with one tag are cleared together.
 */
export function urlTagOf(url: string): string {
  const [path = "", ...query] = url.split("?")
  const parameters = query
    .join("?")
    .split("&")
    .filter((parameter) => parameter !== "")
    .map((parameter) => decoded(parameter).replaceAll("+", " "))
    .sort()
  return `${URL_TYPE}:${plainPath(decoded(path))}${parameters.length === 0 ? "" : `?${parameters.join("&")}`}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A parameter of which the name is what it looks like. The name ends where an index begins: `id[]`, `id%5B0%5D`. */
const PLAIN_PARAMETER = /^([\w.~$-]+)(?:$|=|\[|%5b)/i

/**
 * Returns the address with its parameters in the order of their names. Values stay as they were sent, and in their
 * order where a name has several. Whatever looks unusual stays as it was sent: with a name that is encoded, an empty
 * parameter, of which Express counts a thousand and drops what follows, or a fragment, which it cuts off.
 */
export function addressOf(url: string): string {
  const at = url.indexOf("?")
  if (at === -1 || url.includes("#")) return url
  const path = url.slice(0, at)
  const query = url.slice(at + 1)
  if (query === "") return path
  const parameters = query.split("&")
  const named = parameters.flatMap((parameter) => {
    const name = PLAIN_PARAMETER.exec(parameter)?.[1]
    return name === undefined ? [] : [{ parameter, name }]
  })
  if (named.length < parameters.length) return url
  named.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  return `${path}?${named.map(({ parameter }) => parameter).join("&")}`
}
