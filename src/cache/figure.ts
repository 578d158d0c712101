/**
 * Far above what a shop counts in two hours, and so far below what a number holds exactly that a range of them adds up to one
 * that does: 100 TB, in bytes.
 */
const MAX_FIGURE = 1e14

/** Whether something that was found in an item can be a count. What cannot would be shown as nonsense, or as nothing at all. */
export const isFigure = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= MAX_FIGURE

/** A count in decimal digits, as servers write them; undefined when it is none. */
export function figureIn(text: string | undefined): number | undefined {
  const value = text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
  return isFigure(value) ? value : undefined
}

/** It stays a number that holds exactly, however much is added. */
export const sumOf = (a: number, b: number): number => Math.min(a + b, Number.MAX_SAFE_INTEGER)

/** The end of the year 9999, in Unix time in milliseconds: what comes later has no ISO form of four digits, or none at all. */
const MAX_TIME_MS = 253_402_300_799_999

/** More than the clocks of two machines differ by, in milliseconds. */
const CLOCK_DIFFERENCE_MS = 86_400_000

/** Whether a value that was found in an item is a time. What is not would throw where it is shown. */
export const isTime = (value: unknown): value is number =>
  typeof value === "number" && value >= 0 && value <= MAX_TIME_MS

/** Whether it is a time at which something can have happened. What comes later would for ever be the newest of all. */
export const isPastTime = (value: unknown, nowMs: number): value is number =>
  isTime(value) && value <= nowMs + CLOCK_DIFFERENCE_MS
