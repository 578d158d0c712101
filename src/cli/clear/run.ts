import { setTimeout as delay } from "node:timers/promises"
import type { AdminCacheClearResult, AdminCacheInvalidation } from "../../types/http"
import { count, counted, message, name } from "../format"
import type { Output } from "../output"
import { type ShopClient, understood } from "../shop/client"
import { ShopError } from "../shop/shop-error"
import { beginningOf, countNames, targetsOf, type Wanted } from "./request"

export interface ClearRequest {
  readonly shop: ShopClient
  readonly output: Output
  readonly wanted: Wanted
  readonly isDryRun: boolean
  readonly providerId: string | undefined
  readonly json: boolean
}

const APPLIED = 0
const FAILED = 1
const PENDING = 3

/** How often to ask how far a clear in the background is, in milliseconds. */
const POLL_MS = 500

/** Clears and waits for it. Returns the exit code. */
export async function clearAtOnce({ shop, output, wanted, isDryRun, providerId, json }: ClearRequest): Promise<number> {
  const clear = await shop.post("clear", "/clear", {
    ...targetsOf(wanted),
    ...(providerId === undefined ? {} : { provider_id: providerId }),
    ...(isDryRun ? { dry_run: true } : {}),
  })
  return understood(shop.url, () => {
    output.result(json ? JSON.stringify({ clear }, null, 2) : resultOf(clear, wanted))
    return clear.status === "pending" ? PENDING : APPLIED
  })
}

function resultOf(clear: AdminCacheClearResult, wanted: Wanted): string {
  const { status, all, entries, targets, stale_until: until } = clear
  const what = all
    ? "every entry of this shop"
    : `${entriesIn(entries)} (${counted(targets, "target")}: ${namesOf(wanted)})`
  switch (status) {
    case "dry_run":
      return [`Dry run: nothing was cleared. This would clear ${what}.`, ...spellingHint(clear)].join("\n")
    case "nothing":
      return "There was nothing to clear."
    case "applied":
      return [
        `Cleared ${what}. No process serves ${entries === 1 ? "it" : "them"} any more.`,
        ...spellingHint(clear),
      ].join("\n")
    case "pending":
      return [
        `Pending: ${message(clear.message)}`,
        ...(until === null ? [] : [`No process serves it after ${until}, whatever happens.`]),
        "There is no need to repeat this. Check Memcached: medusa-memcached stats",
      ].join("\n")
  }
}

const entriesIn = (entries: number | null): string =>
  entries === null ? "entries whose number is unknown" : `about ${counted(entries, "entry", "entries")}`

/** A misspelt tag is no error, since a tag without entries can be cleared. */
const spellingHint = ({ entries }: AdminCacheClearResult): string[] =>
  entries === 0
    ? [
        "No entry was found. Upper and lower case matter, as in Product:prod_1 and 'Product:list:*'; keys have no prefix.",
      ]
    : []

const SHOWN_NAMES = 3

function namesOf({ tags, keys, entities, types, urls }: Wanted): string {
  const names = [
    ...tags,
    ...entities.map(({ type, id }) => `${type}:${id}`),
    ...types.map((type) => `${type}:*`),
    ...keys.map((key) => `key "${key}"`),
    ...urls,
  ]
  const shown = names.slice(0, SHOWN_NAMES).map(name).join(", ")
  return names.length > SHOWN_NAMES ? `${shown} and ${count(names.length - SHOWN_NAMES)} more` : shown
}

/** Clears in the background, shows progress, and waits for the end. Returns the exit code. */
export async function clearInBackground(request: ClearRequest, maxCounted: number): Promise<number> {
  const { shop, output, wanted, isDryRun, providerId, json } = request
  const settings = providerId === undefined ? {} : { provider_id: providerId }
  // Before the clear: afterwards there are none.
  const beginning = { ...beginningOf(wanted, maxCounted), ...settings, dry_run: true }
  const counting = await shop.post("clear", "/clear", beginning)
  const started = await shop.post("invalidation", "/invalidations", {
    ...targetsOf(wanted),
    ...settings,
    ...(isDryRun ? { dry_run: true } : {}),
  })
  const ended = await ending(shop, output, started)
  return understood(shop.url, () => {
    const atLeast = countNames(wanted) > maxCounted || wanted.types.length > 0 ? "at least " : ""
    const entries = counting.entries === null ? [] : [`These were ${atLeast}${entriesIn(counting.entries)}.`]
    const text = isDryRun ? message(ended.message) : [message(ended.message), ...entries].join(" ")
    output.result(json ? JSON.stringify({ invalidation: ended }, null, 2) : text)
    if (ended.state === "done") return APPLIED
    return ended.state === "partly_done" && ended.pending > 0 ? PENDING : FAILED
  })
}

async function ending(
  shop: ShopClient,
  output: Output,
  started: AdminCacheInvalidation
): Promise<AdminCacheInvalidation> {
  let invalidation = started
  try {
    while (invalidation.state === "running") {
      output.progress(`Clearing: ${count(invalidation.done)} of ${counted(invalidation.total, "target")}`)
      await delay(POLL_MS)
      invalidation = await shop.get("invalidation", "/invalidation", { id: started.id })
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ShopError(
      `${reason}\nThe clear goes on in the shop. Its progress: Settings › Cache, with the id ${name(started.id)}`
    )
  }
  return invalidation
}
