/** Of ECMAScript, "Time Values and Time Range", in milliseconds: beyond it a Date is invalid, and has no ISO form. */
const MAX_TIME_MS = 8.64e15

/** Whether a value that was found in an item is a time. What is not would throw where it is shown. */
export const isTime = (value: unknown): value is number => typeof value === "number" && Math.abs(value) <= MAX_TIME_MS
