import { parseArgs } from "node:util"
import type { AdminCacheInvalidationRequest } from "../../types/http"
import { COMMON_OPTIONS, UsageError } from "../command"
import { SHOP_OPTIONS } from "../shop/connection"

export const OPTIONS = {
  tag: { type: "string", multiple: true },
  key: { type: "string", multiple: true },
  entity: { type: "string", multiple: true },
  type: { type: "string", multiple: true },
  path: { type: "string", multiple: true },
  everything: { type: "boolean" },
  yes: { type: "boolean", short: "y" },
  "dry-run": { type: "boolean" },
  ...SHOP_OPTIONS,
  ...COMMON_OPTIONS,
} as const

/** A tag that means everything, as in the Caching Module. */
const EVERYTHING = "*"

/** What to clear. Either everything, or lists of which one at least has something. */
export interface Wanted {
  readonly everything: boolean
  readonly tags: readonly string[]
  readonly keys: readonly string[]
  readonly entities: readonly { readonly type: string; readonly id: string }[]
  readonly types: readonly string[]
  readonly urls: readonly string[]
}

/** Reads what to clear. Throws a `UsageError` without any, or with everything and something else. */
export function readWanted(args: readonly string[]) {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  if (positionals.length > 0) {
    throw new UsageError(
      "clear takes options only: --tag, --key, --entity, --type, --path or --everything. Quote tags with a *, and addresses"
    )
  }
  const { tag: tags = [], key: keys = [], type: types = [], path: urls = [] } = values
  const entities = (values.entity ?? []).map(entityOf)
  const names = [...tags, ...keys, ...types, ...urls]
  if (names.includes("")) throw new UsageError("A tag, key, type or address must not be empty")
  const named = names.length + entities.length
  if (values.everything === true && named > 0) {
    throw new UsageError("--everything already includes all others: omit them")
  }
  const everything = values.everything === true || tags.includes(EVERYTHING)
  if (!everything && named === 0) {
    throw new UsageError("Say what to clear: --tag, --key, --entity, --type, --path or --everything")
  }
  return { values, wanted: { everything, tags, keys, entities, types, urls } satisfies Wanted }
}

function entityOf(text: string): { type: string; id: string } {
  const colon = text.indexOf(":")
  if (colon < 1 || colon === text.length - 1) {
    throw new UsageError("--entity needs a type and an id, as in Product:prod_1. For all of a type, use --type Product")
  }
  return { type: text.slice(0, colon), id: text.slice(colon + 1) }
}

type Targets = Pick<AdminCacheInvalidationRequest, "tags" | "keys" | "entities" | "patterns" | "urls" | "all">

/**
 * Returns the targets as the API takes them. A type means the tag that all answers of Medusa with the type have, and
 * every known tag of the type.
 */
export function targetsOf({ everything, tags, keys, entities, types, urls }: Wanted): Targets {
  if (everything) return { all: true }
  return {
    ...some("tags", tags),
    ...some("keys", keys),
    ...some("urls", urls),
    ...some(
      "entities",
      [...types.map(listOf), ...entities].map(({ type, id }) => ({ type, ids: [id] }))
    ),
    ...some(
      "patterns",
      types.map((type) => `${type}:*`)
    ),
  }
}

/** Returns the first names, without patterns, as a clear takes them whose entries are to be counted. */
export function beginningOf({ everything, tags, keys, entities, types, urls }: Wanted, most: number): Targets {
  if (everything) return { all: true }
  const names = [
    ...[...types.map(listOf), ...entities].map(({ type, id }) => ({ tag: `${type}:${id}` })),
    ...tags.map((tag) => ({ tag })),
    ...keys.map((key) => ({ key })),
    ...urls.map((url) => ({ url })),
  ].slice(0, most)
  return {
    ...some(
      "tags",
      names.flatMap((name) => ("tag" in name ? [name.tag] : []))
    ),
    ...some(
      "keys",
      names.flatMap((name) => ("key" in name ? [name.key] : []))
    ),
    ...some(
      "urls",
      names.flatMap((name) => ("url" in name ? [name.url] : []))
    ),
  }
}

export const countNames = ({ everything, tags, keys, entities, types, urls }: Wanted): number =>
  everything ? 1 : tags.length + keys.length + entities.length + types.length + urls.length

/** Not as a tag: the shop refuses a misspelt type of an entity only. */
const listOf = (type: string) => ({ type, id: "list:*" })

/** The API takes no empty lists. */
const some = <N extends string, T>(name: N, list: readonly T[]): Partial<Record<N, readonly T[]>> =>
  list.length === 0 ? {} : ({ [name]: list } as Record<N, readonly T[]>)
