import type { Measurement } from "./measurement"

/** How two contenders compare, round by round: what disturbs the machine disturbs both. */
export interface Ratio {
  readonly median: number
  /** From the first to the third quartile of all rounds, widened to the medians of all starts. */
  readonly low: number
  readonly high: number
}

/** Measurements of one contender in one start, in the order of the rounds. */
type Rounds = readonly Measurement[]

/** Compares two contenders over several starts. Undefined when one of them was not measured. */
export function ratioOf(
  ours: readonly Rounds[],
  theirs: readonly Rounds[],
  quantity: keyof Measurement
): Ratio | undefined {
  const starts = ours.map((rounds, start) =>
    rounds.flatMap((measurement, round) => {
      const other = theirs[start]?.[round]?.[quantity]
      return other === undefined || other === 0 ? [] : [measurement[quantity] / other]
    })
  )
  const all = starts.flat()
  if (all.length === 0) return undefined
  const medians = starts.filter((ratios) => ratios.length > 0).map(median)
  return {
    median: median(all),
    low: Math.min(quantile(all, 0.25), ...medians),
    high: Math.max(quantile(all, 0.75), ...medians),
  }
}

/** Whether one of the two takes less, as far as one can tell. */
export const isToldApart = ({ low, high }: Ratio): boolean => high < 1 || low > 1

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** Interpolates between the two values that are next to it. NaN for no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? below
  return below + (above - below) * (at - Math.floor(at))
}
