import type { Measurement } from "./measurement"

/** How two contenders compare, round by round: what disturbs the machine disturbs both. */
export interface Ratio {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function ratioOf(
  ours: readonly Measurement[],
  theirs: readonly Measurement[],
  quantity: keyof Measurement
): Ratio | undefined {
  const ratios = ours.flatMap((measurement, round) => {
    const other = theirs[round]?.[quantity]
    return other === undefined || other === 0 ? [] : [measurement[quantity] / other]
  })
  if (ratios.length === 0) return undefined
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? upper
  return (lower + upper) / 2
}
