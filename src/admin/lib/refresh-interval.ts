/** In seconds; 0 is off. */
export const REFRESH_CHOICES = [0, 15, 60] as const
export type RefreshChoice = (typeof REFRESH_CHOICES)[number]

const DEFAULT_CHOICE: RefreshChoice = 15
const AFTER_ERROR_SECONDS = 60

export interface RefreshState {
  /** A dialog is open: what it speaks of should not move under it. */
  readonly isPaused: boolean
  readonly hasFailed: boolean
}

/** How long until the page asks again. false: not by itself. A server in trouble is asked less often. */
export function refreshIntervalMs(choice: RefreshChoice, { isPaused, hasFailed }: RefreshState): number | false {
  if (choice === 0 || isPaused) {
    return false
  }
  return (hasFailed ? Math.max(choice, AFTER_ERROR_SECONDS) : choice) * 1000
}

/** The choice as it was kept, or the usual one. */
export function readRefreshChoice(kept: string | null): RefreshChoice {
  return REFRESH_CHOICES.find((choice) => String(choice) === kept) ?? DEFAULT_CHOICE
}
