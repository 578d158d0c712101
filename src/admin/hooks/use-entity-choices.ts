import { keepPreviousData, useQuery } from "@tanstack/react-query"
import { type EntityKind } from "../lib/entity-kinds"
import { cacheKeys } from "../lib/query-keys"
import { sdk } from "../lib/sdk"
import { pageQueryRules } from "./use-cache"

export interface EntityChoice {
  readonly id: string
  readonly name: string
}

const MOST_CHOICES = 10

/** What the shop has of a kind, by name, through the same routes as the dashboard's own lists. */
export function useEntityChoices(kind: EntityKind, search: string, isEnabled: boolean) {
  return useQuery({
    queryKey: cacheKeys.choices(kind.type, search),
    queryFn: () => findChoices(kind, search),
    enabled: isEnabled,
    placeholderData: keepPreviousData,
    ...pageQueryRules,
    staleTime: 30_000,
  })
}

async function findChoices({ resource, nameField }: EntityKind, search: string): Promise<EntityChoice[]> {
  const answer = await sdk.client.fetch<Record<string, unknown>>(`/admin/${resource}`, {
    query: { limit: MOST_CHOICES, fields: `id,${nameField}`, ...(search === "" ? {} : { q: search }) },
  })
  const list = answer[resource.replaceAll("-", "_")]
  return Array.isArray(list) ? list.flatMap((item: unknown) => choiceOf(item, nameField)) : []
}

function choiceOf(item: unknown, nameField: string): EntityChoice[] {
  if (typeof item !== "object" || item === null) {
    return []
  }
  const { id, [nameField]: name } = item as Record<string, unknown>
  return typeof id === "string" ? [{ id, name: typeof name === "string" && name !== "" ? name : id }] : []
}
