/** The default of `memcached -I`, in bytes. */
const DEFAULT_BYTES = 1024 * 1024

/** Some services refuse `stats settings`, or hang up over it. They are not asked for ever. */
const MAX_ATTEMPTS = 5

/** The largest item that a server takes. Asked for in the background: a server that refuses keeps the default. */
export class ItemSizeLimit {
  #sizeBytes = DEFAULT_BYTES
  #failedAttempts = 0

  get sizeBytes(): number {
    return this.#sizeBytes
  }

  /** Asks anew, because a server may have been restarted with another limit. */
  learn(readSettings: () => Promise<Record<string, string>>): void {
    if (this.#failedAttempts === MAX_ATTEMPTS) {
      return
    }
    this.#failedAttempts++
    readSettings().then(
      (settings) => {
        const sizeBytes = Number(settings.item_size_max)
        if (Number.isSafeInteger(sizeBytes) && sizeBytes > 0) {
          this.#sizeBytes = sizeBytes
          this.#failedAttempts = 0
        }
      },
      () => undefined
    )
  }
}
