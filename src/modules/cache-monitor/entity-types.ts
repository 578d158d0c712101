import { MedusaModule } from "@medusajs/framework/modules-sdk"
import { MedusaError } from "@medusajs/framework/utils"
import leven from "leven"
import type { Cache } from "../../cache"
import type { ClearTargets } from "./clear-targets"
import { sentenceOf, shown } from "./problem"

/** Bounds the comparison with the shop's types, which the names in a request go through. */
const MOST_COMPARED = 100
const LONGEST_COMPARED = 60

/** Differences of a typo, in characters. Of a short name two would leave too little. */
const TYPO = 2
const TYPO_OF_SHORT = 1
const SHORT = 5

/**
 * Refuses types that are misspelt types of the shop: "product", "Produkt". Throws INVALID_DATA and names the right one,
 * since such a clear would do nothing and look successful. A type is right when a module, a link or a cached tag has
 * it. One that resembles none of them is left alone: the shop's own code gives tags of its own types, and none of them
 * need be cached at the moment.
 */
export async function refuseMisspeltTypes(
  known: Pick<Cache["insight"]["tags"], "list">,
  entities: NonNullable<ClearTargets["entities"]>
): Promise<void> {
  const declared = entities.length === 0 ? new Set<string>() : declaredTypes()
  const undeclared = [...new Set(entities.map(({ type }) => type))].filter((type) => !declared.has(type))
  const suspects = undeclared.slice(0, MOST_COMPARED).flatMap((type) => {
    const nearest = nearestOf(type, declared)
    return nearest === undefined ? [] : [{ type, nearest }]
  })
  if (suspects.length === 0) return
  const { tags, complete, truncated } = await known.list()
  // A tag of the type may be among those that are not listed.
  if (!complete || truncated) return
  const cached = new Set(tags.map(({ entity }) => entity))
  const wrong = suspects.find(({ type }) => !cached.has(type))
  if (wrong === undefined) return
  const index = entities.findIndex(({ type }) => type === wrong.type)
  const problem = { field: `entities[${index}].type`, value: wrong.type, expectation: "a type that this shop has" }
  throw new MedusaError(
    MedusaError.Types.INVALID_DATA,
    `${sentenceOf(problem)} Did you mean ${shown(wrong.nearest)}? If it is a tag of your own code, name it in 'tags'.`
  )
}

/** Returns the types of Medusa's modules, of links and of the shop's own modules. */
function declaredTypes(): Set<string> {
  return new Set(
    MedusaModule.getAllJoinerConfigs().flatMap(({ alias = [], linkableKeys, idPrefixToEntityName, schema }) => [
      ...[alias].flat().flatMap(({ entity }) => entity ?? []),
      ...Object.values(linkableKeys ?? {}),
      ...Object.values(idPrefixToEntityName ?? {}),
      ...[...(schema ?? "").matchAll(/^\s*type (\w+)/gm)].flatMap(([, type]) => type ?? []),
    ])
  )
}

/** Returns the type that a name is a typo of. The spelling of `query.graph`, "product_category", counts as one. */
function nearestOf(name: string, types: ReadonlySet<string>): string | undefined {
  if (name.length > LONGEST_COMPARED) return undefined
  const wanted = lettersOf(name)
  const limit = wanted.length <= SHORT ? TYPO_OF_SHORT : TYPO
  const [nearest] = [...types]
    .map((type) => ({ type, distance: leven(wanted, lettersOf(type)) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
  return nearest?.type
}

const lettersOf = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "")
