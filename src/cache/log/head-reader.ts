import { checksumOf, intactValue } from "../checksum"
import type { CasToken, Command, MemcachedServer, Reply } from "../memcached/server"
import type { KeySpace } from "../keys"
import type { Runtime } from "../runtime"
import { readUint48, UINT48_BYTES } from "../uint48"
import { decodeHead, encodeHead, type Head, MAX_HEAD_BYTES } from "./head"
import type { LogVersion, TagVersions } from "./tag-versions"

/** A head, and the token to swap it with. */
export interface HeadReading {
  readonly head: Head
  readonly token: CasToken
  /** As it is stored: most lookups find that nothing was cleared since. */
  readonly bytes: Buffer
}

/** undefined: there is none to be had now. */
type HeadListener = (reading: HeadReading | undefined) => void

/** A server that refuses each new head (its swaps all find another one there) is left alone for a moment after these many. */
const MAX_REFUSALS = 8
const REFUSAL_PAUSE_MS = 1_000

/**
 * Reads the head and creates it where there is none. Never takes it from anywhere else than its own server: with that one
 * away nothing can be proved valid.
 */
export class HeadReader {
  readonly #server: MemcachedServer
  readonly #key: string
  readonly #runtime: Runtime
  readonly #tagVersions: TagVersions
  #last: HeadReading | undefined
  #newest: LogVersion | undefined
  /** Who waits for a new epoch. */
  #renewing: HeadListener[] | undefined
  /** New heads in a row that were refused. */
  #refusals = 0
  #pausedUntil = 0

  constructor(server: MemcachedServer, keys: KeySpace, runtime: Runtime, tagVersions: TagVersions) {
    this.#server = server
    this.#key = keys.head()
    this.#runtime = runtime
    this.#tagVersions = tagVersions
  }

  /** The last head that this process has seen: good enough to try a swap on, since the token says whether it still is. */
  get last(): HeadReading | undefined {
    return this.#last
  }

  /** The last version that this process has read: whatever is read from the source from now on is at least as new. */
  get newest(): LogVersion | undefined {
    return this.#newest
  }

  /** Remembers what was read, or made by a swap of this process. */
  note(reading: HeadReading): HeadReading {
    this.#last = reading
    this.#refusals = 0
    this.#newest = { epoch: reading.head.epoch, version: reading.head.version }
    return reading
  }

  forget(): void {
    this.#last = undefined
  }

  /** One request; two more when an epoch has to begin, which `onWait` is told at once. */
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

  /** The command that puts this head in place: of the one with the token, or of none. */
  replacing(token: CasToken | undefined, value: Buffer): Command {
    const item = { key: this.#key, value, flags: checksumOf(value, this.#key), expiration: 0 }
    return token ? { op: "set", ...item, cas: token } : { op: "add", ...item }
  }

  /** What has fallen behind is not noted: a swap on it would give a version to two different clears. */
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
   * Begins a new epoch, in place of none, of something that is no head, or of a head that has fallen behind what was read
   * before: a server that was restored from an old copy has lost clears, so nothing on it can be trusted.
   *
   * All lookups that need it meanwhile wait for it together.
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
   * An epoch is only ever born by a compare-and-swap, so what is added where there is no head is an unborn one: were a proxy to
   * carry out an `add` twice, an epoch born by it could come back after it was lost, with its clears forgotten.
   */
  protected addUnborn(): void {
    this.#server.submit(this.replacing(undefined, encodeHead(UNBORN)), (reply) => {
      if (reply.status === "ok" && reply.cas) return this.bear(reply.cas)
      if (reply.status === "exists") return this.#joinOthers()
      this.#settle(undefined)
    })
  }

  /** Somebody else was first. */
  #joinOthers(): void {
    const waiting = this.#renewing ?? []
    // Whoever comes from here on may have read what is newer than the answer that is now asked for.
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

  /** Another process was faster, once or twice; more often, the server is not what it should be. */
  #refused(): void {
    this.#refusals += 1
    if (this.#refusals < MAX_REFUSALS) return this.#joinOthers()
    this.#refusals = 0
    this.#pausedUntil = this.#runtime.elapsed() + REFUSAL_PAUSE_MS
    this.#settle(undefined)
  }

  /** In the reply, before any later reply is seen: what is born here is not news to who reads later. */
  #settle(reading: HeadReading | undefined): void {
    const waiting = this.#renewing ?? []
    this.#renewing = undefined
    for (const tell of waiting) tell(reading)
  }
}

/** Has no epoch yet: nothing can be read at it. */
const UNBORN: Head = { epoch: 0, version: 0, tail: [] }

const isOlder = (head: Head, known: LogVersion): boolean => head.epoch === known.epoch && head.version < known.version
