import type { Hash } from "../support/hash"
import type { ClearTargets } from "./record"
import type { ClearEffect, OwnClear, TagVersions } from "./tag-versions"

/** A clear with more hashes than this does not remember what was cleared before it. */
const MAX_HASHES = 100

/**
 * An explicit clear, remembered so that a later set in the same flow does not count as data from before it. Whatever
 * others cleared, before or together with it, still counts.
 */
export class FlowClear implements OwnClear {
  readonly #everything: boolean
  readonly #named: readonly Hash[]
  /** By the epoch of the log. */
  readonly #effects = new Map<number, ClearEffect>()

  constructor({ everything, explicit }: ClearTargets) {
    this.#everything = everything
    this.#named = explicit.length > MAX_HASHES ? [] : explicit
  }

  effectIn(epoch: number): ClearEffect | undefined {
    return this.#effects.get(epoch)
  }

  /**
   * Takes the version of its record. Call it once the record is in the log and before the tag versions have it.
   * `isShared` says whether other calls cleared the hash in the same record.
   */
  committed(version: number, tagVersions: TagVersions, isShared: (hash: Hash) => boolean, isAlone: boolean): void {
    const { epoch, horizon } = tagVersions
    if (epoch === undefined) return
    const named = this.#named.filter((hash) => !isShared(hash))
    const priors = new Map(named.map((hash) => [hash, tagVersions.lastNamed(hash)]))
    this.#effects.set(epoch, { version, priors, priorHorizon: this.#everything && isAlone ? horizon : undefined })
  }
}
