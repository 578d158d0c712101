/**
 * The largest count that is accepted: 100 TB, in bytes. It is far above what a shop counts in two hours, and low enough
 * that the sum over a range is still an exact number.
 */
const MAX_FIGURE = 1e14

/**
 * Returns whether a value from an item can be a count. Any other would be displayed as nonsense, or as nothing at all.
 */
export const isFigure = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= MAX_FIGURE

/** Parses a count in decimal digits, as servers write them. Returns undefined for anything else. */
export function figureIn(text: string | undefined): number | undefined {
  const value = text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
  return isFigure(value) ? value : undefined
}

/** Adds two counts. The sum stays an exact number, however much is added. */
export const sumOf = (a: number, b: number): number => Math.min(a + b, Number.MAX_SAFE_INTEGER)

/**
 * The end of the year 9999, as a Unix time in milliseconds. Later times have no ISO form with four digits, or none at
 * all.
 */
const MAX_TIME_MS = 253_402_300_799_999

/** More than the clocks of two machines differ by, in milliseconds. */
const CLOCK_DIFFERENCE_MS = 86_400_000

/** Returns whether a value from an item is a time. Any other would throw where it is displayed. */
export const isTime = (value: unknown): value is number =>
  typeof value === "number" && value >= 0 && value <= MAX_TIME_MS

/** Returns whether something can have happened at this time. A later time would remain the newest for ever. */
export const isPastTime = (value: unknown, nowMs: number): value is number =>
  isTime(value) && value <= nowMs + CLOCK_DIFFERENCE_MS
