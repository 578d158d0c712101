import { figureIn } from "../support/figure"
import { MAX_ITEM_BYTES } from "./protocol"

/** The default of `memcached -I`, in bytes. */
const DEFAULT_BYTES = 1024 * 1024

/** The number of attempts on new connections, which may end for another reason. */
const EARLY_ATTEMPTS = 5

/**
 * The largest item that a server takes and that is worth reading. It is read in the background. Some services refuse
 * `stats settings`, or hang up over it, and keep the default.
 */
export class ItemSizeLimit {
  #sizeBytes = DEFAULT_BYTES
  #failedAttempts = 0

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /** Whether so many attempts have failed that the next one, which is the last, needs a connection that has lasted. */
  get isInDoubt(): boolean {
    return this.#failedAttempts >= EARLY_ATTEMPTS
  }

  /** Reads the limit again, because a server may have been restarted with another one. */
  learn(readSettings: () => Promise<Record<string, string>>): void {
    if (this.#failedAttempts > EARLY_ATTEMPTS) {
      return
    }
    this.#failedAttempts++
    readSettings().then(
      (settings) => {
        const sizeBytes = figureIn(settings.item_size_max)
        if (sizeBytes !== undefined && sizeBytes > 0) {
          this.#sizeBytes = Math.min(sizeBytes, MAX_ITEM_BYTES)
          this.#failedAttempts = 0
        }
      },
      () => undefined
    )
  }
}
