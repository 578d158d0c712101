import type { Entry } from "../codec/entry"
import { type Head, readVersionOf } from "./head"
import type { Carried, ClearCause, LastClears, LogVersion, TagVersions, Verdict } from "./tag-versions"

/** What a reading asks the log of its server. */
export interface ReadLog {
  readonly tagVersions: TagVersions
  /** Whether nothing on the server may be served now. */
  readonly isDistrusted: boolean
}

/** One reading of the log of a server. It judges entries that were requested together with it or after it. */
export class LogReading {
  /** The version that was read: the read version of data that is loaded from now on. */
  readonly version: LogVersion
  readonly #head: LogVersion
  readonly #log: ReadLog
  readonly #wasDistrusted: boolean

  constructor(head: Head, log: ReadLog, wasDistrusted: boolean) {
    this.version = readVersionOf(head)
    this.#head = { epoch: head.epoch, version: head.version }
    this.#log = log
    this.#wasDistrusted = wasDistrusted
  }

  /** Returns whether an entry may be served. An entry that cannot be judged counts as one of another epoch. */
  judge(entry: Entry): Verdict | "distrusted" {
    if (this.#wasDistrusted || this.#log.isDistrusted) return "distrusted"
    return this.isCovered() ? this.#log.tagVersions.judge(entry) : "other_epoch"
  }

  /** Returns what voided an entry that `judge` called cleared. */
  causeOf(entry: Entry): ClearCause {
    return this.#log.tagVersions.causeOf(entry)
  }

  /** Returns the last known clears that count for an entry. Undefined when nothing is known. */
  lastClears(carried: Carried): LastClears | undefined {
    return this.isCovered() ? this.#log.tagVersions.lastClears(carried) : undefined
  }

  /**
   * Returns whether the tag versions still cover this reading. A late answer with an earlier head may have moved them
   * to that head's log. Then nothing is known.
   */
  protected isCovered(): boolean {
    return this.#log.tagVersions.covers(this.#head)
  }
}
