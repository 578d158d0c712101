import { belongsToErrorBoundary, isWorthRetrying } from "../lib/request-error"

/** For every query of the page: its errors are shown in place, and only a lost session leaves the page. */
export const pageQueryRules = {
  throwOnError: belongsToErrorBoundary,
  retry: (failures: number, error: unknown) => failures < 1 && isWorthRetrying(error),
  // Whoever opens the page wants to know how it is now. Several parts that ask at once share one request.
  staleTime: 2_000,
} as const

/** For every query of a widget: it is a guest on somebody else's page, which it must neither break nor slow down. */
export const widgetQueryRules = {
  throwOnError: false,
  retry: false,
  staleTime: 30_000,
} as const
