import type { Hash } from "../hash"
import type { ClearTargets } from "./clear-batch"
import type { OwnClear, Stamp, View } from "./view"

/** What a larger clear has cleared before is not remembered. */
const MAX_HASHES = 100

/**
 * A clear that somebody has asked for, so that a set that follows it in the same flow is not taken for data from before it.
 * What others have cleared, before or together with it, still counts.
 */
export class FlowClear implements OwnClear {
  stamp: Stamp | undefined
  priorFloor: number | undefined
  readonly #targets: ClearTargets
  readonly #priors = new Map<Hash, number>()

  constructor(targets: ClearTargets) {
    this.#targets = targets
  }

  priorOf(hash: Hash): number | undefined {
    return this.#priors.get(hash)
  }

  /** Its record is in the log. To be called before the view has it. `isShared`: others have cleared the hash with it. */
  committed(position: number, view: View, isShared: (hash: Hash) => boolean, isAlone: boolean): void {
    if (view.lineage === undefined) return
    this.stamp = { lineage: view.lineage, position }
    if (this.#targets.everything && isAlone) this.priorFloor = view.floor
    if (this.#targets.explicit.length > MAX_HASHES) return
    for (const hash of this.#targets.explicit) if (!isShared(hash)) this.#priors.set(hash, view.lastNamed(hash))
  }
}
