/** Hits of lookups, 0 to 1, to four digits; null without lookups: neither 0 % nor 100 % would be true. */
export const hitRateOf = (hits: number, lookups: number): number | null =>
  lookups === 0 ? null : Math.round((hits / lookups) * 10_000) / 10_000
