import { duration, message } from "../format"
import { ShopError } from "./shop-error"

/** An answer as it came, without secrets. */
export interface RawAnswer {
  readonly status: number
  readonly type: string
  readonly location: string
  readonly retryAfter: string
  readonly text: string
}

type Json = Readonly<Record<string, unknown>> | undefined

const CHECK_ADDRESS = "Check --url or MEDUSA_BACKEND_URL"

const NOT_INSTALLED =
  "Either this is not the address of the Medusa server (check --url and its path), or the shop lacks the plugin:\n" +
  'add { resolve: "medusa-plugin-memcached", options: {} } to the plugins in medusa-config.ts, and restart Medusa.'

/** Says what an answer means that is no success, or not Medusa's. */
export function errorForAnswer(url: string, answer: RawAnswer, json: Json): ShopError {
  const { status } = answer
  if (status >= 300 && status <= 399) return redirected(url, answer)
  const said = typeof json?.message === "string" ? message(json.message) : undefined
  switch (status) {
    case 401:
      return new ShopError(
        said === undefined
          ? `${url} answers 401, but not as Medusa does: a proxy in front of the shop wants a login of its own.\n` +
              "Use an address that leads to the Medusa server directly."
          : `${url} does not accept the API key (401).\nCreate a secret one in the dashboard (Settings › Secret API ` +
              "Keys), or check that it belongs to this shop and was not revoked."
      )
    case 403:
      return new ShopError(
        said === undefined
          ? `${url} answers 403, but not as Medusa does: a proxy or firewall in front of the shop refuses this address.\n` +
              "Use an address that leads to the Medusa server directly."
          : `${url} does not allow this with an API key (403).\nMedusa's feature flag rbac is on, and API keys have no ` +
              "roles in it. Use the page Settings › Cache."
      )
    case 404:
      // The plugin's own answer: no cache is running, or there is no such provider.
      if (json?.type === "not_found" && said !== undefined) return new ShopError(said)
      return new ShopError(`${url} has no route /admin/cache (404). ${NOT_INSTALLED}`)
    case 429:
      return new ShopError(
        `${said ?? `${url} answers 429: too many requests.`}\nNothing was done. Try again ${inTime(answer)}.`
      )
    case 431:
    case 414:
      return new ShopError(`The key is too long for an address (${status}). Look for it on the page Settings › Cache.`)
    case 502:
    case 503:
    case 504:
      return new ShopError(
        `${url} is not available (${status}): it is starting, overloaded or down, and a proxy answers.\n` +
          `Try again ${inTime(answer)}, and look at the shop's log.`
      )
  }
  if (json === undefined && status < 300) return notJson(url, answer)
  if (status < 500) return new ShopError(said ?? `${url} answers ${status}, but not as Medusa does. ${CHECK_ADDRESS}.`)
  return new ShopError(`${url} answers ${status}${said === undefined ? "" : `: ${said}`}.\nLook at the shop's log.`)
}

const inTime = ({ retryAfter }: RawAnswer): string =>
  /^\d{1,5}$/.test(retryAfter) ? `in ${retryAfter} s` : "in a moment"

function notJson(url: string, { type, text }: RawAnswer): ShopError {
  const isPage = /html/i.test(type) || /^\s*<(!doctype|html)/i.test(text)
  return new ShopError(
    `${url} answers with ${isPage ? "a web page" : "something other than JSON"}, so it is not the Medusa server: a proxy, a ` +
      `login or a storefront is at this address.\n${CHECK_ADDRESS}: it is the dashboard's address without /app.`
  )
}

function redirected(url: string, { status, location }: RawAnswer): ShopError {
  const target = URL.canParse(location, url) ? new URL(location, url) : undefined
  if (target === undefined) return new ShopError(`${url} redirects to nowhere (${status}). ${CHECK_ADDRESS}.`)
  const { hostname } = new URL(url)
  // Without query: that of a login has tokens in it.
  const place = message(target.origin + target.pathname.replace(/\/admin\/cache.*$/, ""))
  if (target.hostname === hostname) return new ShopError(`${url} redirects to ${place} (${status}). Use --url ${place}`)
  return new ShopError(
    `${url} redirects to another host, ${place} (${status}), which does not get the API key.\n` +
      "If that is the Medusa server, pass it with --url. If it is a login, use an address behind it."
  )
}

interface Attempt {
  readonly timeoutMs: number
  /** Whether the request may have changed something. */
  readonly changes: boolean
}

/** Says why there was no answer. */
export function errorForFailure(url: string, error: unknown, { timeoutMs, changes }: Attempt): ShopError {
  const unknownEffect = changes ? " What was asked for may have happened. Asking again does no harm." : ""
  if (detailsOf(error).name === "TimeoutError") {
    return new ShopError(
      `${url} has not answered within ${duration(timeoutMs)}.${unknownEffect}\n` +
        "Look at the shop's log, or wait longer with --timeout."
    )
  }
  // fetch says "fetch failed", and its cause says why.
  const { code = "", message: text } = detailsOf(detailsOf(error).cause ?? error)
  const reason = message(code || String(text))
  switch (code) {
    case "ECONNREFUSED":
      return new ShopError(
        `Nothing is listening at ${url} (${code}).\nStart the shop, or check --url and MEDUSA_BACKEND_URL.`
      )
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new ShopError(`The host of ${url} is not known here (${code}).\n${CHECK_ADDRESS}, and DNS.`)
    case "ECONNRESET":
    case "EPIPE":
    case "UND_ERR_SOCKET":
      return new ShopError(
        `${url} closed the connection without an answer (${code}).${unknownEffect}\n` +
          "Look at the shop's log, and whether the address starts with https:// where it has to."
      )
    case "EPROTO":
    case "ERR_SSL_WRONG_VERSION_NUMBER":
    case "ERR_SSL_PACKET_LENGTH_TOO_LONG":
      return new ShopError(
        `${url} does not speak TLS (${code}). Use http:// if it is on this machine or a private network.`
      )
  }
  if (/CERT|SIGNATURE/.test(code)) {
    return new ShopError(
      `The certificate of ${url} is not trusted (${code}).\nSet NODE_EXTRA_CA_CERTS to a file with your own certificate ` +
        "authority, or use the name that the certificate is for."
    )
  }
  return new ShopError(`${url} could not be asked (${reason}).${unknownEffect}\n${CHECK_ADDRESS}, and the network.`)
}

/** The fields of an error that fetch may reject with. */
const detailsOf = (error: unknown): { name?: string; code?: string; message?: string; cause?: unknown } =>
  typeof error === "object" && error !== null ? error : { message: String(error) }
