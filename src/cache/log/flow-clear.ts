import type { Hash } from "../hash"
import type { ClearTargets } from "./record"
import type { OwnClear, LogVersion, TagVersions } from "./tag-versions"

/** A clear with more hashes than this does not remember what was cleared before it. */
const MAX_HASHES = 100

/**
 * An explicit clear, remembered so that a later set in the same flow does not count as data from before it. Whatever
 * others cleared, before or together with it, still counts.
 */
export class FlowClear implements OwnClear {
  at: LogVersion | undefined
  priorHorizon: number | undefined
  readonly #targets: ClearTargets
  readonly #priors = new Map<Hash, number>()

  constructor(targets: ClearTargets) {
    this.#targets = targets
  }

  priorOf(hash: Hash): number | undefined {
    return this.#priors.get(hash)
  }

  /**
   * Takes the version of its record. Call it once the record is in the log and before the tag versions have it.
   * `isShared` says whether other calls cleared the hash in the same record.
   */
  committed(version: number, tagVersions: TagVersions, isShared: (hash: Hash) => boolean, isAlone: boolean): void {
    if (tagVersions.epoch === undefined) return
    this.at = { epoch: tagVersions.epoch, version }
    if (this.#targets.everything && isAlone) this.priorHorizon = tagVersions.horizon
    if (this.#targets.explicit.length > MAX_HASHES) return
    for (const hash of this.#targets.explicit) if (!isShared(hash)) this.#priors.set(hash, tagVersions.lastNamed(hash))
  }
}
