import {
  type AnswerInput,
  type Circumstances,
  type Draft,
  draftOf,
  draftOfAnswer,
  isQueryAnswer,
  type SetInput,
  shortened,
} from "./draft"
import { expirationOf } from "./codec/expiration"
import { EntryWriter } from "./entry-writer"
import {
  currentRecording,
  currentRequest,
  loadRecordings,
  type LoadTracker,
  type SetOrigin,
} from "./loads/load-tracker"
import type { ServerLog } from "./log/server-log"
import type { LogVersion, OwnClear } from "./log/tag-versions"
import type { CacheObserver } from "./observer"
import type { CacheParts } from "./parts"
import type { RefusalReason, SetOutcome } from "./results"
import { hashOfKey, hashOfTag } from "./support/hash"
import { typesOf } from "./tag-types"

type Provable = Exclude<SetOrigin, { kind: "unproven" }>

/** How long an entry is kept when its data may have been loaded before a clear. */
const UNKNOWN_LOAD_TTL_SECONDS = 10

/** Decides whether data may be stored, and with which read version. It must be older than the load of the data. */
export class Sets {
  readonly #parts: CacheParts
  readonly #loadTracker: LoadTracker
  readonly #observer: CacheObserver
  readonly #writer: EntryWriter

  constructor(parts: CacheParts, loadTracker: LoadTracker, observer: CacheObserver) {
    this.#parts = parts
    this.#loadTracker = loadTracker
    this.#observer = observer
    this.#writer = new EntryWriter(parts)
  }

  /** Stores data. Never rejects. */
  set(input: SetInput): Promise<SetOutcome> {
    // The caller may change its object afterwards, so everything is taken from it before anything is awaited.
    const log = this.#logOf(input.key)
    const origin = this.#loadTracker.match(input.key, log.newest)
    const draft = this.#draft(input, origin, log)
    // Of the request, and of the loads that this one was within.
    const recordings = [currentRecording() ?? [], loadRecordings()].flat()
    if (recordings.length > 0) {
      const parts = typeof draft === "string" ? this.#partsOf(input) : draft
      for (const recording of recordings) recording.stored(parts)
    }
    return this.#put(input.key, draft, origin)
  }

  /** Stores an answer that was made after a lookup of its key. Never rejects. */
  setAnswer(input: AnswerInput, origin: SetOrigin): Promise<SetOutcome> {
    return this.#put(input.key, this.#draftOfAnswer(input, origin), origin)
  }

  /** What counts of data that cannot be stored. Whoever has loaded it goes on with it. */
  #partsOf({ key, tags = [], ttl }: SetInput) {
    const { runtime, options } = this.#parts
    const expiration = expirationOf(ttl ?? options.defaultTtlSeconds, runtime.now(), options.ttlCapSeconds)
    const names = tags.map(String)
    return { tags: names, hashes: [hashOfKey(key), ...names.map(hashOfTag)], expiration: expiration ?? { atMs: 0 } }
  }

  #put(key: string, draft: Draft | RefusalReason, origin: SetOrigin): Promise<SetOutcome> {
    const request = currentRequest()
    if (typeof draft === "string") {
      // An older value of the key must not be served in place of one that could not be stored. But after a load that a
      // clear has overtaken, the stored entry is newer.
      if (draft !== "stale" || origin.kind !== "load") this.remove(key)
      return Promise.resolve(this.#refuse(key, draft))
    }
    return this.#writer.put(draft).then((outcome) => {
      if (!outcome.stored) return this.#refuse(key, outcome.reason, outcome.bytes)
      const { tags, hashes } = draft
      if (tags.length > 0) {
        this.#parts.index.note({ key, isAnswer: draft.isAnswer, hashes: hashes.slice(0, 1 + tags.length) })
      }
      this.#observer.stored(draft, outcome, request)
      return outcome
    })
  }

  /** Removes an entry without adding to the log. */
  remove(key: string): void {
    this.#writer.remove(key)
  }

  #refuse(key: string, reason: RefusalReason, bytes?: number): SetOutcome {
    this.#observer.refused(key, reason, bytes)
    return { stored: false, reason }
  }

  #draft(input: SetInput, origin: SetOrigin, log: ServerLog): Draft | RefusalReason {
    const circumstances = this.#circumstances(origin, log)
    if (!circumstances) return "unproven"
    const draft = draftOf(input, circumstances)
    if (!draft) return "not_cacheable"
    if (draft.autoInvalidate && !input.tags?.length && isQueryAnswer(input.data)) return "unclearable"
    // Nobody knows what clears it.
    if (input.hasComputedTags && circumstances.reads?.some(({ isFull }) => isFull)) return "unclearable"
    return this.#proven(draft, circumstances.origin, log)
  }

  #draftOfAnswer(input: AnswerInput, origin: SetOrigin): Draft | RefusalReason {
    const log = this.#logOf(input.key)
    const circumstances = this.#circumstances(origin, log)
    if (!circumstances) return "unproven"
    const draft = draftOfAnswer(input, circumstances)
    return draft ? this.#proven(draft, circumstances.origin, log) : "not_cacheable"
  }

  #logOf(key: string): ServerLog {
    return this.#parts.log.of(this.#parts.keys.entry(key))
  }

  #circumstances(origin: SetOrigin, log: ServerLog): (Circumstances & { readonly origin: Provable }) | undefined {
    const { runtime, costs, options } = this.#parts
    if (origin.kind === "unproven") {
      if (!log.newest) void this.#parts.log.connect()
      return undefined
    }
    const { readVersion } = origin
    const load = origin.kind === "load" ? origin : undefined
    const loadMicros = load?.work ? Math.round(load.work.ms * 1000) : 0
    const noteLoad: Circumstances["noteLoad"] = ({ key, tags, rawBytes }) => {
      if (!load?.work || loadMicros === 0) return undefined
      const kind = costs.kindOf(typesOf(tags), rawBytes, key)
      costs.note(kind, { micros: loadMicros, wasAlone: load.work.wasAlone }, load.startedAt)
      return kind
    }
    const known = { readVersion, loadMicros, isFresh: !load, reads: load?.reads ?? [] }
    return { origin, ...known, nowMs: runtime.now(), noteLoad, options }
  }

  /** Returns the draft with a read version and a lifetime that are safe, or the reason why it must not be stored. */
  #proven(draft: Draft, origin: Provable, log: ServerLog): Draft | RefusalReason {
    const { runtime, options } = this.#parts
    if (Math.max(draft.payload.length, draft.rawBytes) > options.maxValueBytes) return "too_large"
    const proven = this.#withReadVersion(draft, origin, log)
    if (typeof proven === "string") return proven
    const loadedAt = origin.kind === "load" ? origin.startedAt : runtime.elapsed()
    // The source may have answered without the change that was cleared.
    return log.mayLag(loadedAt, proven) ? shortened(proven, options.log.readLagMs / 1000, runtime.now()) : proven
  }

  /**
   * Returns the draft with the newest read version that is safe for its source, or the reason why it must not be
   * stored.
   */
  #withReadVersion(draft: Draft, origin: Provable, log: ServerLog): Draft | RefusalReason {
    const isCleared = (since: LogVersion, own?: readonly OwnClear[]): boolean => log.voids(since, draft, own)
    const cleared = isCleared(origin.readVersion)
    if (cleared && origin.kind === "load") {
      // If only its own flow has cleared it since, the data is as new as the log.
      const newest = isCleared(origin.readVersion, origin.clears) ? undefined : log.settled
      return newest ? { ...draft, readVersion: newest } : "stale"
    }
    if (cleared) return "stale"
    if (origin.kind !== "unknown") return draft
    const { since } = origin
    // The older read version is used, because this process may not have heard of a clear yet.
    return since && !isCleared(since) ? { ...draft, readVersion: since } : this.keptBriefly(draft)
  }

  /** Limits the lifetime of data that may be from before a clear, to a time that people can wait. */
  protected keptBriefly(draft: Draft): Draft {
    this.#observer.keptBriefly(draft.key, UNKNOWN_LOAD_TTL_SECONDS)
    return shortened(draft, UNKNOWN_LOAD_TTL_SECONDS, this.#parts.runtime.now())
  }
}
