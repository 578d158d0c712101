export type Range = "1h" | "6h" | "24h" | "7d"

export interface Resolution {
  readonly rangeSeconds: number
  readonly bucketSeconds: number
}

const HOUR_SECONDS = 3_600

/** Each bucket's length is a multiple of the shortest one's, and divides its range. */
export const RESOLUTIONS: Readonly<Record<Range, Resolution>> = {
  "1h": { rangeSeconds: HOUR_SECONDS, bucketSeconds: 60 },
  "6h": { rangeSeconds: 6 * HOUR_SECONDS, bucketSeconds: 300 },
  "24h": { rangeSeconds: 24 * HOUR_SECONDS, bucketSeconds: 900 },
  "7d": { rangeSeconds: 7 * 24 * HOUR_SECONDS, bucketSeconds: 7_200 },
}

export const ALL_RESOLUTIONS: readonly Resolution[] = Object.values(RESOLUTIONS)

/** How often the bucket changes at the finest resolution. */
export const SHORTEST_BUCKET_MS = 60_000

/** Buckets are numbered from the epoch, by the clock of the process that counts. */
export const bucketAt = (timeMs: number, bucketSeconds: number): number => Math.floor(timeMs / 1000 / bucketSeconds)

export const bucketsIn = ({ rangeSeconds, bucketSeconds }: Resolution): number => rangeSeconds / bucketSeconds

/** So that the range before this one is there for comparison. */
export const bucketTtlSeconds = ({ rangeSeconds, bucketSeconds }: Resolution): number =>
  2 * rangeSeconds + bucketSeconds
