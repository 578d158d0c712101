import type { MedusaContainer } from "@medusajs/framework/types"
import { type EntryReport, typeOf } from "../../../cache"
import { isRouteType, URL_TYPE } from "../../../responses"
import type { AdminCacheEntryAbout } from "../../../types/http"
import { namesOf } from "./names"

/** The number of names that are shown of an entry. */
const MAX_NAMES = 3

type Described = Pick<EntryReport, "tags">

/** Says what entries contain, in their order. Null for an entry whose tags do not tell. */
export async function aboutEach(
  scope: MedusaContainer,
  entries: readonly Described[]
): Promise<readonly (AdminCacheEntryAbout | null)[]> {
  const contents = entries.map(contentOf)
  const names = await namesOf(
    scope,
    contents.flatMap((content) => content?.tags.slice(0, MAX_NAMES) ?? [])
  )
  return contents.map((content) => {
    if (!content) return null
    const { entity, tags } = content
    return { entity, count: tags.length, names: tags.slice(0, MAX_NAMES).flatMap((tag) => names.get(tag) ?? []) }
  })
}

/** An entry is about what its first tag names. Further tags of that type are the other rows of a list. */
function contentOf({ tags }: Described): { readonly entity: string; readonly tags: readonly string[] } | undefined {
  const [first] = tags
  if (first === undefined) return undefined
  const entity = typeOf(first)
  if (isRouteType(entity)) return { entity, tags: tags.filter((tag) => typeOf(tag) === URL_TYPE) }
  return { entity, tags: tags.filter((tag) => typeOf(tag) === entity && !tag.endsWith(":*")) }
}
