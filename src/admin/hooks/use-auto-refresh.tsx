import { createContext, type PropsWithChildren, useCallback, useContext, useEffect, useMemo, useState } from "react"
import { readRefreshChoice, type RefreshChoice, refreshIntervalMs } from "../lib/refresh-interval"

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
