import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys } from "@medusajs/framework/utils"
import { typeOf } from "../../../cache"
import { URL_TYPE } from "../../../responses"

interface NamedKind {
  /** The entity's name in Medusa's `query.graph`. */
  readonly entity: string
  /** The field with the name that people know. */
  readonly field: string
}

/** By the type in tags. */
const KINDS: Readonly<Record<string, NamedKind>> = {
  Product: { entity: "product", field: "title" },
  ProductVariant: { entity: "product_variant", field: "title" },
  ProductCategory: { entity: "product_category", field: "name" },
  ProductCollection: { entity: "product_collection", field: "title" },
  ProductType: { entity: "product_type", field: "value" },
  ProductTag: { entity: "product_tag", field: "value" },
  Region: { entity: "region", field: "name" },
  SalesChannel: { entity: "sales_channel", field: "name" },
  PriceList: { entity: "price_list", field: "title" },
  ApiKey: { entity: "api_key", field: "title" },
}

/** The most things of one type that are looked up by name. */
const MAX_FOUND = 50

/** A shorter text would find almost everything. */
const MIN_SEARCH_CHARS = 2

type Row = Readonly<Record<string, unknown>>

/** Returns the names of what tags stand for. Tags of lists and of unknown types have none. */
export async function namesOf(scope: MedusaContainer, tags: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const idsByType = new Map<string, Set<string>>()
  const addresses: [tag: string, address: string][] = []
  for (const tag of tags) {
    const type = typeOf(tag)
    const id = tag.slice(type.length + 1)
    if (type === URL_TYPE) addresses.push([tag, id])
    if (!Object.hasOwn(KINDS, type) || id === "" || id.includes("*")) continue
    idsByType.set(type, (idsByType.get(type) ?? new Set()).add(id))
  }
  const named = await Promise.all(
    [...idsByType].map(([type, ids]) => namedTags(scope, type, { id: [...ids] }, ids.size))
  )
  return new Map([...named.flat(), ...addresses])
}

/** Returns tags of things whose name contains the text, at most 50 of each type. */
export async function tagsNamed(scope: MedusaContainer, text: string): Promise<ReadonlySet<string>> {
  if (text.trim().length < MIN_SEARCH_CHARS) return new Set()
  const pattern = `%${text.trim().replace(/[\\%_]/g, "\\$&")}%`
  const found = await Promise.all(
    Object.entries(KINDS).map(([type, { field }]) =>
      namedTags(scope, type, { [field]: { $ilike: pattern } }, MAX_FOUND)
    )
  )
  return new Set(found.flat().map(([tag]) => tag))
}

/** Returns the names of users and secret API keys, by id. */
export async function actorNamesOf(
  scope: MedusaContainer,
  ids: readonly (string | null)[]
): Promise<ReadonlyMap<string, string>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))]
  if (wanted.length === 0) return new Map()
  const [users, keys] = await Promise.all([
    rowsOf(scope, "user", ["first_name", "last_name", "email"], { id: wanted }, wanted.length),
    rowsOf(scope, "api_key", ["title"], { id: wanted }, wanted.length),
  ])
  const nameOf = ({ first_name, last_name, email }: Row): unknown =>
    [first_name, last_name].filter((part) => typeof part === "string" && part !== "").join(" ") || email
  return new Map(
    [...users.map((user) => [user.id, nameOf(user)]), ...keys.map((key) => [key.id, key.title])].flatMap(textPair)
  )
}

async function namedTags(
  scope: MedusaContainer,
  type: string,
  filters: Record<string, unknown>,
  take: number
): Promise<[tag: string, name: string][]> {
  const kind = KINDS[type]
  if (!kind) return []
  const rows = await rowsOf(scope, kind.entity, [kind.field], filters, take)
  return rows.map((row) => [`${type}:${String(row.id)}`, row[kind.field]]).flatMap(textPair)
}

/** Names are an addition: without the module, or without the database, there are none. */
async function rowsOf(
  scope: MedusaContainer,
  entity: string,
  fields: readonly string[],
  filters: Record<string, unknown>,
  take: number
): Promise<readonly Row[]> {
  try {
    const query = scope.resolve(ContainerRegistrationKeys.QUERY)
    const { data } = await query.graph({ entity, fields: ["id", ...fields], filters, pagination: { take, skip: 0 } })
    return data as readonly Row[]
  } catch {
    return []
  }
}

const textPair = ([id, name]: readonly unknown[]): [string, string][] =>
  typeof id === "string" && typeof name === "string" && name !== "" ? [[id, name]] : []
