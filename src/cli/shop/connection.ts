import { readFileSync } from "node:fs"
import { millisecondsOf } from "../arguments"
import { UsageError } from "../command"

/** Options of commands that ask a shop. */
export const SHOP_OPTIONS = {
  url: { type: "string" },
  "api-key-file": { type: "string" },
  provider: { type: "string" },
  timeout: { type: "string" },
  json: { type: "boolean" },
} as const

export const SHOP_USAGE = `  --url address        the Medusa server (default: the variable MEDUSA_BACKEND_URL, else http://localhost:9000)
  --api-key-file file  a file with a secret API key (default: the key in the variable MEDUSA_API_KEY)
  --provider id        the provider, if the shop has several of this plugin
  --timeout ms         how long to wait for an answer (default: 30000)
  --json               show the answer of the API, for programs`

const DEFAULT_URL = "http://localhost:9000"
/** Longer than any route waits for Memcached. */
const DEFAULT_TIMEOUT_MS = 30_000
const MAX_TIMEOUT_MS = 600_000

/** Medusa's secret keys start like this; a header takes no other characters. */
const SECRET_KEY = /^sk_[\x21-\x7e]+$/

const KEY_ADVICE = "Create a secret API key in the dashboard (Settings › Secret API Keys)"

/** Where a shop is, and with which key. */
export interface Connection {
  /** With its path, without a slash at the end. */
  readonly url: string
  readonly key: string
  readonly timeoutMs: number
}

interface Given {
  readonly url?: string
  readonly "api-key-file"?: string
  readonly timeout?: string
}

/** Reads the connection from options and variables. Throws a `UsageError` that contains no secrets. */
export function readConnection(given: Given, environment: NodeJS.ProcessEnv): Connection {
  return {
    url: urlOf(given.url, environment.MEDUSA_BACKEND_URL),
    key: keyOf(given["api-key-file"], environment.MEDUSA_API_KEY),
    timeoutMs: millisecondsOf(given.timeout, DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS),
  }
}

function urlOf(option: string | undefined, variable = ""): string {
  const source = option === undefined ? "MEDUSA_BACKEND_URL" : "--url"
  const text = option ?? (variable.trim() || DEFAULT_URL)
  const url = URL.canParse(text) ? new URL(text) : undefined
  // The value is not shown: it may have a password in it.
  if (url === undefined || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new UsageError(`${source} must be an address such as ${DEFAULT_URL} or https://shop.example.com`)
  }
  if (url.username !== "" || url.password !== "") {
    throw new UsageError(
      `${source} must not contain a user name or password. The API key belongs in the variable MEDUSA_API_KEY.`
    )
  }
  if (url.search !== "" || url.hash !== "") throw new UsageError(`${source} must end before the characters ? and #`)
  return url.origin + url.pathname.replace(/\/+$/, "")
}

function keyOf(file: string | undefined, variable = ""): string {
  const source = file === undefined ? "The variable MEDUSA_API_KEY" : "The file of --api-key-file"
  const key = (file === undefined ? variable : contentOf(file)).trim()
  if (key === "" && file === undefined) {
    throw new UsageError(
      `There is no API key. ${KEY_ADVICE}, and set the variable MEDUSA_API_KEY to it, or name a file that holds it ` +
        "with --api-key-file."
    )
  }
  if (SECRET_KEY.test(key)) return key
  const found = key.startsWith("pk_") ? "a publishable API key" : key === "" ? "nothing" : "something else"
  throw new UsageError(
    `${source} must hold a secret API key, which starts with sk_, but holds ${found}. ${KEY_ADVICE}.`
  )
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, "utf8")
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException
    throw new UsageError(`The file of --api-key-file cannot be read (${code})`)
  }
}
