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
