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
