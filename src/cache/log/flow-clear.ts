import type { Hash } from "../hash"
import type { ClearTargets } from "./record"
import type { OwnClear, LogVersion, TagVersions } from "./tag-versions"

/** What a larger clear has cleared before is not remembered. */
const MAX_HASHES = 100

/**
 * A clear that somebody has asked for, so that a set that follows it in the same flow is not taken for data from before it.
 * What others have cleared, before or together with it, still counts.
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

  /** Its record is in the log. To be called before the tag versions have it. `isShared`: others have cleared the hash with it. */
  committed(version: number, tagVersions: TagVersions, isShared: (hash: Hash) => boolean, isAlone: boolean): void {
    if (tagVersions.epoch === undefined) return
    this.at = { epoch: tagVersions.epoch, version }
    if (this.#targets.everything && isAlone) this.priorHorizon = tagVersions.horizon
    if (this.#targets.explicit.length > MAX_HASHES) return
    for (const hash of this.#targets.explicit) if (!isShared(hash)) this.#priors.set(hash, tagVersions.lastNamed(hash))
  }
}
