import { useCallback } from "react"
import { useSearchParams } from "react-router-dom"
import type { CacheRange } from "../../types/http"
import { DEFAULT_RANGE, readRange } from "../lib/cache-range"

/** The range that the page shows, kept in its address: a reload and a shared link show the same. */
export function useRange(): readonly [CacheRange, (range: CacheRange) => void] {
  const [params, setParams] = useSearchParams()
  const setRange = useCallback(
    (range: CacheRange) =>
      setParams(
        (current) => {
          const next = new URLSearchParams(current)
          if (range === DEFAULT_RANGE) {
            next.delete("range")
          } else {
            next.set("range", range)
          }
          return next
        },
        { replace: true }
      ),
    [setParams]
  )
  return [readRange(params), setRange]
}
