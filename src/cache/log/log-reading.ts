import type { Entry } from "../codec/entry"
import type { Head } from "./head"
import type { Carried, ClearCause, LastClears, LogVersion, TagVersions, Verdict } from "./tag-versions"

/** One reading of the log. It judges entries that were requested together with it or after it. */
export class LogReading {
  /** The version that was read: the read version of data that is loaded from now on. */
  readonly version: LogVersion
  readonly #tagVersions: TagVersions
  readonly #isDistrusted: () => boolean

  constructor({ epoch, version }: Head, tagVersions: TagVersions, isDistrusted: () => boolean) {
    this.version = { epoch, version }
    this.#tagVersions = tagVersions
    this.#isDistrusted = isDistrusted
  }

  /** Returns whether an entry may be served. An entry that cannot be judged counts as one of another epoch. */
  judge(entry: Entry): Verdict | "distrusted" {
    if (this.#isDistrusted()) return "distrusted"
    return this.isCovered() ? this.#tagVersions.judge(entry) : "other_epoch"
  }

  /** Returns what voided an entry that `judge` called cleared. */
  causeOf(entry: Entry): ClearCause {
    return this.#tagVersions.causeOf(entry)
  }

  /** Returns the last known clears that count for an entry. Undefined when nothing is known. */
  lastClears(carried: Carried): LastClears | undefined {
    return this.isCovered() ? this.#tagVersions.lastClears(carried) : undefined
  }

  /**
   * Returns whether the tag versions still cover this reading. A late answer with an earlier head may have moved them
   * to that head's log. Then nothing is known.
   */
  protected isCovered(): boolean {
    return this.#tagVersions.covers(this.version)
  }
}
