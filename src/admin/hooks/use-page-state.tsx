import { type PropsWithChildren, createContext, useCallback, useContext, useEffect, useMemo, useState } from "react"
import { useSearchParams } from "react-router-dom"
import type { CacheRange } from "../../types/http"
import {
  DEFAULT_RANGE,
  type RefreshChoice,
  readRange,
  readRefreshChoice,
  refreshIntervalMs,
} from "../lib/page-settings"
import { type TagQuery, readTagQuery, writeTagQuery } from "../lib/tags"

const STORAGE_KEY = "memcached-cache-refresh-seconds"

interface AutoRefresh {
  readonly choice: RefreshChoice
  readonly setChoice: (choice: RefreshChoice) => void
  /** Stops it until the returned function is called. */
  readonly pause: () => () => void
  readonly isPaused: boolean
}

const AutoRefreshContext = createContext<AutoRefresh>({
  choice: 0,
  setChoice: () => undefined,
  pause: () => () => undefined,
  isPaused: false,
})

/** How often the page asks again. A browser remembers the choice; a hidden page does not ask at all. */
export function AutoRefreshProvider({ children }: PropsWithChildren) {
  const [choice, setChoiceState] = useState(() => readRefreshChoice(readStored()))
  const [pauses, setPauses] = useState(0)

  const setChoice = useCallback((next: RefreshChoice) => {
    setChoiceState(next)
    store(String(next))
  }, [])
  const pause = useCallback(() => {
    setPauses((count) => count + 1)
    return () => setPauses((count) => count - 1)
  }, [])

  const value = useMemo(() => ({ choice, setChoice, pause, isPaused: pauses > 0 }), [choice, setChoice, pause, pauses])
  return <AutoRefreshContext.Provider value={value}>{children}</AutoRefreshContext.Provider>
}

export function useAutoRefresh(): AutoRefresh {
  return useContext(AutoRefreshContext)
}

/** The `refetchInterval` of a query of the page. react-query itself waits while the page is hidden. */
export function useRefetchInterval() {
  const { choice, isPaused } = useAutoRefresh()
  return (query: { readonly state: { readonly error: unknown } }) =>
    refreshIntervalMs(choice, { isPaused, hasFailed: query.state.error !== null })
}

/** Nothing refreshes by itself while this is open. */
export function usePauseWhile(isOpen: boolean): void {
  const { pause } = useAutoRefresh()
  useEffect(() => (isOpen ? pause() : undefined), [isOpen, pause])
}

// A browser may forbid storage; the choice then lasts as long as the page.
function readStored(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY)
  } catch {
    return null
  }
}

function store(value: string): void {
  try {
    localStorage.setItem(STORAGE_KEY, value)
  } catch {
    // As above.
  }
}

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

const TAG = "tag"
const ENTRY = "cache_key"

/** What the drawer shows. */
interface Inspected {
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
  const read = (name: string) => params.getAll(name).find((value) => value !== "")
  return [{ tag: read(TAG), entry: read(ENTRY) }, inspect]
}
