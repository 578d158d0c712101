import { useCallback } from "react"
import { useSearchParams } from "react-router-dom"

const TAG = "tag"
const ENTRY = "cache_key"

/** What the drawer shows. */
export interface Inspected {
  readonly tag: string | undefined
  /** An entry of it, or one that was looked for by its key. */
  readonly entry: string | undefined
}

/** What the drawer shows, kept in the address of the page: going back closes it. */
export function useInspected(): readonly [Inspected, (inspected: Inspected) => void] {
  const [params, setParams] = useSearchParams()
  const inspect = useCallback(
    ({ tag, entry }: Inspected) =>
      setParams((current) => {
        const next = new URLSearchParams(current)
        next.delete(TAG)
        next.delete(ENTRY)
        if (tag !== undefined) next.set(TAG, tag)
        if (entry !== undefined) next.set(ENTRY, entry)
        return next
      }),
    [setParams]
  )
  return [{ tag: params.get(TAG) ?? undefined, entry: params.get(ENTRY) ?? undefined }, inspect]
}
