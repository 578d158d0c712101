import type { AnswerInput } from "./draft"
import type { LoadCell, LoadTracker } from "./loads/load-tracker"
import type { LogVersions } from "./log/invalidation-log"
import type { Lookups } from "./lookup"
import type { CacheObserver } from "./observer"
import type { CacheParts } from "./parts"
import type { NearCache } from "./near/near-cache"
import type { MissReason, SetOutcome } from "./results"
import type { Sets } from "./sets"
import type { Hash } from "./support/hash"

/** Making an answer, from the lookup that has not found it. */
export type AnswerLoad = LoadCell

export type FoundAnswer =
  | {
      readonly kind: "hit"
      /** Shared with other callers, so it must not be changed. */
      readonly payload: Buffer
      /** Unix times in milliseconds, by the clock of the process that stored it. An expiry of 0 is none. */
      readonly storedAtMs: number
      readonly expiresAtMs: number
    }
  | { readonly kind: "miss"; readonly reason: MissReason; readonly load: AnswerLoad }

/** How an answer is looked up. */
export interface AnswerQuery {
  /** Whether these bytes are an answer. Others are a miss. @default all are */
  readonly isReadable?: (payload: Buffer) => boolean
  /** Whether the caller makes the answer anew, and stores it, when it misses. @default true */
  readonly mayMake?: boolean
  /** For whoever wants to know it. */
  readonly route?: string
}

/** What is called of `Answers`. */
export type AnswerCalls = Pick<Answers, keyof Answers>

const yes = (): boolean => true

interface AnswerSurroundings {
  readonly observer: CacheObserver
  readonly loadTracker: LoadTracker
  readonly lookups: Lookups
  readonly sets: Sets
}

/**
 * Whole answers to clients: bytes that are stored and handed on as they are. They are as strict as everything else: an
 * answer is stored with the version that was read before it was made, and with the hashes of all that it was made of.
 */
export class Answers {
  readonly #parts: CacheParts
  readonly #around: AnswerSurroundings

  constructor(parts: CacheParts, around: AnswerSurroundings) {
    this.#parts = parts
    this.#around = around
  }

  /** The largest answer that is stored, in bytes, compressed or not. */
  get maxBytes(): number {
    return this.#parts.options.maxValueBytes
  }

  /** Looks up an answer. Never rejects, and takes no longer than the time-out. Copies are kept in `near`. */
  find(key: string, near: NearCache, { isReadable = yes, mayMake = true }: AnswerQuery = {}): Promise<FoundAnswer> {
    const { observer, loadTracker, lookups } = this.#around
    const { log, runtime } = this.#parts
    log.follow()
    const load = loadTracker.begin(key, lookups.startsAt)
    return new Promise((resolve) => {
      lookups.find({ key, near, flow: load.flow, mayRefresh: mayMake }, (finding) => {
        const isExpired = finding.kind === "hit" && finding.expiresAtMs !== 0 && finding.expiresAtMs <= runtime.now()
        if (finding.kind === "hit" && Buffer.isBuffer(finding.data) && !isExpired && isReadable(finding.data)) {
          loadTracker.hit(load)
          observer.hit(key, finding, finding.answeredAt - load.startedAt, load.flow?.request)
          const { data: payload, storedAtMs, expiresAtMs } = finding
          return resolve({ kind: "hit", payload, storedAtMs, expiresAtMs })
        }
        if (finding.kind === "hit") near.delete(key)
        const reason = finding.kind === "miss" ? finding.reason : isExpired ? "absent" : "unreadable"
        loadTracker.notFound(load, finding.readVersion)
        observer.missed(key, reason)
        resolve({ kind: "miss", reason, load })
      })
    })
  }

  /** Notes that an answer is being made now, after a miss. */
  making(load: AnswerLoad): void {
    this.#around.loadTracker.works(load)
  }

  /** Notes that an answer was made which is not stored. */
  notStored(load: AnswerLoad): void {
    this.#around.loadTracker.gaveUp(load)
  }

  /** Stores an answer that was made after a miss. Never rejects. */
  store(load: AnswerLoad, input: AnswerInput): Promise<SetOutcome> {
    return this.#around.sets.setAnswer(input, this.#around.loadTracker.ended(load))
  }

  /** Returns where the logs stand, as far as this process knows. */
  versions(): LogVersions {
    return this.#parts.log.versions()
  }

  /** Returns whether nothing with these hashes was cleared after that, in any log, as far as this process knows. */
  isUnchanged(since: LogVersions, parts: Iterable<Hash>): boolean {
    return !this.#parts.log.voidsAny(since, { hashes: [...parts], autoInvalidate: true })
  }

  /**
   * Returns whether an answer may still be given to somebody who has just looked for it and missed: whether nothing of
   * its parts was cleared after the lookup that it was made for.
   */
  isCurrent(load: AnswerLoad, parts: Iterable<Hash>): boolean {
    const { log, keys } = this.#parts
    const carried = { hashes: [...parts], autoInvalidate: true }
    return load.readVersion !== undefined && !log.of(keys.entry(load.key)).voids(load.readVersion, carried)
  }
}
