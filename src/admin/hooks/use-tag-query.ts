import { useCallback, useMemo } from "react"
import { useSearchParams } from "react-router-dom"
import { readTagQuery, type TagQuery, writeTagQuery } from "../lib/tag-query"

/** What the table of tags shows, kept in the address of the page. A change of anything but the page goes to the first. */
export function useTagQuery(): readonly [TagQuery, (change: Partial<TagQuery>) => void] {
  const [params, setParams] = useSearchParams()
  const query = useMemo(() => readTagQuery(params), [params])
  const change = useCallback(
    (part: Partial<TagQuery>) =>
      setParams((current) => writeTagQuery(current, { ...readTagQuery(current), page: 0, ...part }), { replace: true }),
    [setParams]
  )
  return [query, change]
}
