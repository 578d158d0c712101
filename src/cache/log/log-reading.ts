import type { Entry } from "../codec/entry"
import type { Head } from "./head"
import type { ClearCause, LogVersion, TagVersions, Verdict } from "./tag-versions"

/** What one reading of the log says of entries that were asked for after it, or together with it. */
export class LogReading {
  /** What had been cleared when it was read: the read version of whatever is loaded from now on. */
  readonly version: LogVersion
  readonly #tagVersions: TagVersions
  readonly #isDistrusted: () => boolean

  constructor({ epoch, version }: Head, tagVersions: TagVersions, isDistrusted: () => boolean) {
    this.version = { epoch, version }
    this.#tagVersions = tagVersions
    this.#isDistrusted = isDistrusted
  }

  /** Whether an entry may be served. What cannot be judged is as good as an entry of another epoch. */
  judge(entry: Entry): Verdict | "distrusted" {
    if (this.#isDistrusted()) return "distrusted"
    return this.isCovered() ? this.#tagVersions.judge(entry) : "other_epoch"
  }

  /** What voided an entry that `judge` called cleared. */
  causeOf(entry: Entry): ClearCause {
    return this.#tagVersions.causeOf(entry)
  }

  /**
   * The tag versions have come up to this reading. They may have left it again for the log of an earlier head whose answer
   * came late; then nothing is known.
   */
  protected isCovered(): boolean {
    return this.#tagVersions.covers(this.version)
  }
}
