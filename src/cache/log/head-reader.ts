import { checksumOf, intactValue } from "../checksum"
import type { CasToken, Command, MemcachedServer, Reply } from "../memcached/server"
import type { KeySpace } from "../keys"
import type { Runtime } from "../runtime"
import { readUint48, UINT48_BYTES } from "../uint48"
import { decodeHead, encodeHead, type Head, MAX_HEAD_BYTES } from "./head"
import type { LogVersion, TagVersions } from "./tag-versions"

/** A head with the token to swap it. */
export interface HeadReading {
  readonly head: Head
  readonly token: CasToken
  /** The head as stored. Equal bytes show cheaply that nothing has been cleared, as for most lookups. */
  readonly bytes: Buffer
}

/** Receives the head, or undefined when none can be read now. */
type HeadListener = (reading: HeadReading | undefined) => void

/**
 * The number of refusals in a row after which the server is left alone for a moment. Each of its swaps found another
 * head.
 */
const MAX_REFUSALS = 8
const REFUSAL_PAUSE_MS = 1_000

/**
 * Reads the head, and creates it where there is none. The head is only ever read from its own server: while that server
 * is away, nothing can be proved valid.
 */
export class HeadReader {
  readonly #server: MemcachedServer
  readonly #key: string
  readonly #runtime: Runtime
  readonly #tagVersions: TagVersions
  #last: HeadReading | undefined
  #newest: LogVersion | undefined
  /** Listeners that wait for a new epoch. */
  #renewing: HeadListener[] | undefined
  /** New heads that were refused in a row. */
  #refusals = 0
  #pausedUntil = 0

  constructor(server: MemcachedServer, keys: KeySpace, runtime: Runtime, tagVersions: TagVersions) {
    this.#server = server
    this.#key = keys.head()
    this.#runtime = runtime
    this.#tagVersions = tagVersions
  }

  /**
   * The last head that this process has seen. It is good enough to try a swap on, because the token reveals a change.
   */
  get last(): HeadReading | undefined {
    return this.#last
  }

  /** The last version that this process has read. Data that is loaded from the source later is at least as new. */
  get newest(): LogVersion | undefined {
    return this.#newest
  }

  /** Remembers a head that was read, or that a swap of this process has written. */
  note(reading: HeadReading): HeadReading {
    this.#last = reading
    this.#refusals = 0
    this.#newest = { epoch: reading.head.epoch, version: reading.head.version }
    return reading
  }

  forget(): void {
    this.#last = undefined
  }

  /** Reads the head with one request. A new epoch takes two more, and `onWait` is then called at once. */
  read(listener: HeadListener, onWait?: () => void): void {
    const known: LogVersion | undefined =
      this.#tagVersions.epoch === undefined
        ? undefined
        : { epoch: this.#tagVersions.epoch, version: this.#tagVersions.version }
    this.#server.submit({ op: "get", key: this.#key, maxBytes: MAX_HEAD_BYTES }, (reply) => {
      const reading = this.#understand(reply, known)
      if (reading !== "missing" && reading !== "unusable") return listener(reading)
      onWait?.()
      this.#renew(reading === "missing" ? undefined : reply.cas, listener)
    })
  }

  /** Returns the command that puts a head in place: of the one with the token, or of none. */
  replacing(token: CasToken | undefined, value: Buffer): Command {
    const item = { key: this.#key, value, flags: checksumOf(value, this.#key), expiration: 0 }
    return token ? { op: "set", ...item, cas: token } : { op: "add", ...item }
  }

  /**
   * Decodes a reply. A head that has fallen behind is not noted: a swap on it would give one version to two different
   * clears.
   */
  #understand(reply: Reply, known?: LogVersion): HeadReading | "missing" | "unusable" | undefined {
    if (reply.status === "missing") return "missing"
    if (reply.status !== "ok" || !reply.value || !reply.cas) return undefined
    const found = this.#last?.bytes.equals(reply.value) ? this.#last : this.#decoded(reply)
    if (!found || found.head.epoch === UNBORN.epoch || (known && isOlder(found.head, known))) return "unusable"
    return this.note({ head: found.head, bytes: found.bytes, token: reply.cas })
  }

  #decoded(reply: Reply): Omit<HeadReading, "token"> | undefined {
    const bytes = intactValue(reply, this.#key)
    const head = bytes && decodeHead(bytes)
    return bytes && head && { head, bytes: Buffer.from(bytes) }
  }

  /**
   * Begins a new epoch. It replaces a missing or unreadable head, or one that has fallen behind. A server that was
   * restored from an old copy has lost clears, so nothing on it can be trusted.
   *
   * All lookups that need the new epoch in the meantime wait for it together.
   */
  #renew(token: CasToken | undefined, listener: HeadListener): void {
    if (this.#renewing) {
      this.#renewing.push(listener)
      return
    }
    if (this.#runtime.elapsed() < this.#pausedUntil) return listener(undefined)
    this.#renewing = [listener]
    if (token) this.bear(token)
    else this.addUnborn()
  }

  /**
   * Adds an unborn head, one with no epoch yet, where there is none. Only a compare-and-swap may begin an epoch: if a
   * proxy repeated an `add` that began one, that epoch could return after it was lost, without its clears.
   */
  protected addUnborn(): void {
    this.#server.submit(this.replacing(undefined, encodeHead(UNBORN)), (reply) => {
      if (reply.status === "ok" && reply.cas) return this.bear(reply.cas)
      if (reply.status === "exists") return this.#joinOthers()
      this.#settle(undefined)
    })
  }

  /** Reads the head that another process has put there. */
  #joinOthers(): void {
    const waiting = this.#renewing ?? []
    // A listener that arrives from here on must read again: it may depend on a clear that this answer is too old to
    // have.
    this.#renewing = undefined
    this.#server.submit({ op: "get", key: this.#key, maxBytes: MAX_HEAD_BYTES }, (reply) => {
      const reading = this.#understand(reply)
      if (reading === "unusable") for (const listener of waiting) this.#renew(reply.cas, listener)
      else for (const tell of waiting) tell(reading === "missing" ? undefined : reading)
    })
  }

  protected bear(token: CasToken): void {
    const epoch = Math.max(1, readUint48(this.#runtime.randomId(UINT48_BYTES), 0))
    const head: Head = { epoch, version: 0, tail: [] }
    const bytes = encodeHead(head)
    this.#server.submit(this.replacing(token, bytes), (reply) => {
      if (reply.status === "exists") return this.#refused()
      this.#settle(reply.status === "ok" && reply.cas ? this.note({ head, bytes, token: reply.cas }) : undefined)
    })
  }

  /**
   * Handles a refused swap. One or two mean that another process was faster. More mean that something is wrong with the
   * server.
   */
  #refused(): void {
    this.#refusals += 1
    if (this.#refusals < MAX_REFUSALS) return this.#joinOthers()
    this.#refusals = 0
    this.#pausedUntil = this.#runtime.elapsed() + REFUSAL_PAUSE_MS
    this.#settle(undefined)
  }

  /**
   * Answers all waiting listeners while the reply is handled, before any later reply. A lookup that starts later must
   * read the head again.
   */
  #settle(reading: HeadReading | undefined): void {
    const waiting = this.#renewing ?? []
    this.#renewing = undefined
    for (const tell of waiting) tell(reading)
  }
}

/** A head without an epoch. Nothing can be read at it. */
const UNBORN: Head = { epoch: 0, version: 0, tail: [] }

const isOlder = (head: Head, known: LogVersion): boolean => head.epoch === known.epoch && head.version < known.version
