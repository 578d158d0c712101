import type { ICachingProviderService } from "@medusajs/framework/types"

export type Cache = ICachingProviderService

/**
 * Something to measure. Each hook is called for one contender at a time. Rounds are numbered from 0, warm-up included, so
 * that a round can have keys of its own.
 */
export interface BenchCase {
  /** For `--case`. */
  readonly name: string
  readonly title: string
  /** How many of them one round has. */
  readonly operations: number
  /** At most this share of the processor time of Medusa's Redis provider. */
  readonly goal?: number
  /** There is an answer to it without tags, so the floor can be asked, too. */
  readonly needsNoTags: boolean
  /** Copies in the process answer it, so it is measured without them as well. */
  readonly usesCopies?: boolean
  /** Work goes on behind the answers, and its processor time is waited for. */
  readonly hasBackground: boolean
  /** Once, not timed. */
  setUp?(cache: Cache): Promise<void>
  /** Before each round, not timed. */
  prepare?(cache: Cache, round: number): Promise<void>
  /** What is timed. Throws when an answer is wrong. */
  run(cache: Cache, round: number): Promise<void>
  /** After each round, not timed. Throws when the round has not done what it should have. */
  verify?(cache: Cache, round: number): Promise<void>
}
