import { ask } from "../support/ask"
import { checksumOf, intactValue } from "../support/checksum"
import type { CasToken, Command, MemcachedServer, Reply } from "../memcached/server"
import type { KeySpace } from "../keys"
import type { Runtime } from "../support/runtime"
import { Contention } from "./contention"
import { randomUint48 } from "../support/uint48"
import {
  decodeHead,
  encodeHead,
  firstInline,
  hasOpen,
  type Head,
  MAX_HEAD_BYTES,
  MAX_OPEN,
  type Member,
  readVersionOf,
  UNBORN_EPOCH,
} from "./head"
import type { LogVersion } from "./tag-versions"

/** A head with the token to swap it. */
export interface HeadReading {
  readonly head: Head
  readonly token: CasToken
  /** The head as stored. Equal bytes show cheaply that nothing has been cleared, as for most lookups. */
  readonly bytes: Buffer
}

/**
 * Receives the head. "unborn" when the server has none and none can be made now, so that everything on it is void.
 * Undefined when none can be read now.
 */
type HeadListener = (found: HeadReading | "unborn" | undefined) => void

/** What the servers of a cache agree on before a new head counts. `Membership` has the rules. */
export interface Births {
  /** Whether this process may make a head for this server. */
  readonly isOwn: boolean
  /** The members of a new head. */
  members(): readonly Member[]
  /** Calls back once with whether the other servers list this one, so that the epoch of this head may begin. */
  prepare(unborn: Head, done: (isListed: boolean) => void): void
  /** Called with each head that is read or written and differs from the one before. */
  noted(head: Head): void
  /** Called when the head is gone and this process may not make another. */
  gone(): void
}

/** A cache with one server. */
const ALONE: Births = {
  isOwn: true,
  members: () => [],
  prepare: (_, done) => done(true),
  noted: () => undefined,
  gone: () => undefined,
}

/**
 * The number of refusals in a row after which the server is left alone for a moment. Each of its swaps found another
 * head.
 */
const MAX_REFUSALS = 8
const REFUSAL_PAUSE_MS = 1_000

/** The most epochs that are remembered once another one has begun. */
const MAX_EPOCHS_OVER = 1_000

/** The most swaps that a change of the members may lose. Each was lost to somebody else's. */
const MAX_CHANGES = 64

/**
 * Reads the head of a server, and creates it where there is none. A head is only ever read from its own server: while
 * that server is away, nothing on it can be proved valid.
 */
export class HeadReader {
  readonly #server: MemcachedServer
  readonly #key: string
  readonly #runtime: Runtime
  readonly #births: Births
  readonly contention: Contention
  #last: HeadReading | undefined
  #newest: LogVersion | undefined
  /** The newest head that was noted, whose records may not have been read yet. */
  #reached: Head | undefined
  /** The epochs before that, newest last. */
  readonly #over = new Set<number>()
  /** Listeners that wait for a new epoch. */
  #renewing: HeadListener[] | undefined
  /** New heads that were refused in a row. */
  #refusals = 0
  #pausedUntil = 0

  constructor(server: MemcachedServer, keys: KeySpace, runtime: Runtime, births: Births = ALONE) {
    this.#server = server
    this.#key = keys.head()
    this.#runtime = runtime
    this.#births = births
    this.contention = new Contention(runtime)
  }

  /**
   * The last head that this process has seen. It is good enough to try a swap on, because the token reveals a change.
   */
  get last(): HeadReading | undefined {
    return this.#last
  }

  /** The last read version that this process has read. Data that is loaded from the source later is at least as new. */
  get newest(): LogVersion | undefined {
    return this.#newest
  }

  /** Remembers a head that was read, or that a swap of this process has written. */
  note(reading: HeadReading): HeadReading {
    const isNew = this.#last?.bytes.equals(reading.bytes) !== true
    this.#last = reading
    this.#refusals = 0
    this.#newest = readVersionOf(reading.head)
    if (!this.isOlder(reading.head, this.#reached)) {
      if (this.#reached && this.#reached.epoch !== reading.head.epoch) this.#end(this.#reached.epoch)
      this.#reached = reading.head
    }
    if (isNew) this.#births.noted(reading.head)
    return reading
  }

  forget(): void {
    this.#last = undefined
  }

  /** Reads the head with one request. A new epoch takes more, and `onWait` is then called at once. */
  read(listener: HeadListener, onWait?: () => void): void {
    const known = this.#reached
    this.#server.submit({ op: "get", key: this.#key, maxBytes: MAX_HEAD_BYTES }, (reply) => {
      const found = this.#understand(reply, known)
      if (!isRenewable(found)) return listener(found)
      onWait?.()
      this.#renew(found, reply.cas, listener)
    })
  }

  /**
   * Changes what the head says of the other servers, whatever others change meanwhile. `change` gets the head, unborn or
   * not, and returns what is different; undefined leaves it. It may be called several times. Where there is no head, one
   * with the members `initial` is added, unborn. Resolves with the head as it is then. Never rejects.
   */
  async change(
    change: (head: Head) => Partial<Pick<Head, "members" | "open">> | undefined,
    initial?: readonly Member[]
  ): Promise<Head | "missing" | undefined> {
    // Often the last known head is still the one. If not, its token reveals that.
    let known = this.#last && change(this.#last.head) ? this.#last : undefined
    for (let lost = 0; lost < MAX_CHANGES; lost++) {
      await this.contention.standBack(lost)
      const startedAt = this.#runtime.elapsed()
      const reading = known ?? (await this.#readAny())
      known = undefined
      // Whoever relies on the last head from here on has to read it.
      if (reading === undefined || reading === "missing") this.forget()
      if (reading === undefined || (reading === "missing" && !initial)) return reading
      const head = reading === "missing" ? { ...UNBORN, members: initial ?? [] } : reading.head
      const changes = reading === "missing" ? {} : change(head)
      if (!changes) return head
      const next = { ...head, ...changes }
      const bytes = encodeHead(next)
      const token = reading === "missing" ? undefined : reading.token
      const swapped = await ask(this.#server, this.replacing(token, bytes))
      this.contention.took(this.#runtime.elapsed() - startedAt)
      if (swapped.status === "ok" && swapped.cas) {
        this.contention.succeeded(lost)
        if (next.epoch !== UNBORN_EPOCH) this.note({ head: next, bytes, token: swapped.cas })
        return next
      }
      if (swapped.status !== "exists" && swapped.status !== "missing") {
        this.forget()
        return undefined
      }
    }
    return undefined
  }

  /**
   * Leaves the id of a clear in the unborn head, which is added where there is none, so that the clear finds out whether
   * an epoch has begun since. Resolves with whether it is there: not if there is an epoch, or the server cannot be
   * reached.
   */
  async leave(id: number): Promise<boolean> {
    // Where there was no head, the first change adds one.
    for (let left = 2; left > 0; left--) {
      const head = await this.change((found) => {
        if (found.epoch !== UNBORN_EPOCH || hasOpen(found, id)) return undefined
        // One that is pushed out begins anew.
        return { open: [...found.open, { version: found.version + 1, id }].slice(-MAX_OPEN) }
      }, this.#births.members())
      if (!head || head === "missing" || head.epoch !== UNBORN_EPOCH) return false
      if (hasOpen(head, id)) return true
    }
    return false
  }

  /** Reads the head, unborn or not. Resolves with undefined when none can be read or trusted now. */
  async #readAny(): Promise<HeadReading | "missing" | undefined> {
    const known = this.#reached
    const reply = await ask(this.#server, { op: "get", key: this.#key, maxBytes: MAX_HEAD_BYTES })
    if (reply.status === "missing") return "missing"
    const decoded = this.#decoded(reply)
    if (!decoded || !reply.cas || this.isOlder(decoded.head, known)) return undefined
    const reading = { ...decoded, token: reply.cas }
    return decoded.head.epoch === UNBORN_EPOCH ? reading : this.note(reading)
  }

  /** Returns the command that puts a head in place: of the one with the token, or of none. */
  replacing(token: CasToken | undefined, value: Buffer): Command {
    const item = { key: this.#key, value, flags: checksumOf(value, this.#key), expiration: 0 }
    return token ? { op: "set", ...item, cas: token } : { op: "add", ...item }
  }

  /**
   * Decodes a reply. A head that has fallen behind what was known when it was requested is not noted: a swap on it would
   * give one version to two different clears.
   */
  #understand(reply: Reply, known: Head | undefined): Found {
    if (reply.status === "missing") return "missing"
    if (reply.status !== "ok" || !reply.value || !reply.cas) return undefined
    const found = this.#last?.bytes.equals(reply.value) ? this.#last : this.#decoded(reply)
    if (!found || this.isOlder(found.head, known)) return "unusable"
    if (found.head.epoch === UNBORN_EPOCH) return { unborn: found.head }
    return this.note({ head: found.head, bytes: found.bytes, token: reply.cas })
  }

  /**
   * Whether a head has fallen behind what is known. One whose epoch was over has, too: the address may have led to another
   * server in between, which got clears that this one did not. So has one with another record where the last known one
   * was: others have written to it since it fell behind.
   */
  protected isOlder(head: Head, known: Head | undefined): boolean {
    if (this.#over.has(head.epoch)) return true
    if (head.epoch !== known?.epoch) return false
    const last = known.tail.at(-1)
    const there = head.tail[known.version - firstInline(head)]
    return head.version < known.version || (last !== undefined && there !== undefined && there.id !== last.id)
  }

  #end(epoch: number): void {
    this.#over.add(epoch)
    const [oldest] = this.#over
    if (oldest !== undefined && this.#over.size > MAX_EPOCHS_OVER) this.#over.delete(oldest)
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
  #renew(found: Renewable, token: CasToken | undefined, listener: HeadListener): void {
    if (!this.#births.isOwn) {
      this.forget()
      this.#births.gone()
      return listener("unborn")
    }
    if (this.#renewing) {
      this.#renewing.push(listener)
      return
    }
    if (this.#runtime.elapsed() < this.#pausedUntil) return listener(undefined)
    this.#renewing = [listener]
    if (found === "missing" || !token) this.addUnborn()
    else if (found === "unusable") this.#putUnborn(token)
    else this.#prepare(found.unborn, token)
  }

  /**
   * Adds an unborn head, one with no epoch yet, where there is none. Only a compare-and-swap may begin an epoch: if a
   * proxy repeated an `add` that began one, that epoch could return after it was lost, without its clears.
   */
  protected addUnborn(): void {
    this.#putUnborn(undefined)
  }

  #putUnborn(token: CasToken | undefined): void {
    const unborn: Head = { ...UNBORN, members: this.#births.members() }
    this.#server.submit(this.replacing(token, encodeHead(unborn)), (reply) => {
      if (reply.status === "ok" && reply.cas) return this.#prepare(unborn, reply.cas)
      if (reply.status === "exists" || reply.status === "missing") {
        return token ? this.#refused() : this.#joinOthers()
      }
      this.#settle(undefined)
    })
  }

  #prepare(unborn: Head, token: CasToken): void {
    this.#births.prepare(unborn, (isListed) => {
      if (isListed) this.bear(token, unborn)
      else this.#settle("unborn")
    })
  }

  /** Reads the head that another process has put there. */
  #joinOthers(): void {
    const waiting = this.#renewing ?? []
    // A listener that arrives from here on must read again: it may depend on a clear that this answer is too old to
    // have.
    this.#renewing = undefined
    const known = this.#reached
    this.#server.submit({ op: "get", key: this.#key, maxBytes: MAX_HEAD_BYTES }, (reply) => {
      const found = this.#understand(reply, known)
      if (found === "missing") for (const tell of waiting) tell(undefined)
      else if (isRenewable(found)) for (const listener of waiting) this.#renew(found, reply.cas, listener)
      else for (const tell of waiting) tell(found)
    })
  }

  /** Begins the epoch of an unborn head, with the members that it has. */
  protected bear(token: CasToken, { members, version }: Head = UNBORN): void {
    const head: Head = { epoch: Math.max(1, randomUint48(this.#runtime)), version, members, open: [], tail: [] }
    const bytes = encodeHead(head)
    this.#server.submit(this.replacing(token, bytes), (reply) => {
      if (reply.status === "exists") return this.#refused()
      if (reply.status !== "ok" || !reply.cas) return this.#settle(undefined)
      this.#settle(this.note({ head, bytes, token: reply.cas }))
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
  #settle(found: HeadReading | "unborn" | undefined): void {
    const waiting = this.#renewing ?? []
    this.#renewing = undefined
    for (const tell of waiting) tell(found)
  }
}

/** What a reply says of the head. Undefined when it says nothing. */
type Found = HeadReading | Renewable | undefined

/** A head that must be replaced before anything can be read at it. */
type Renewable = "missing" | "unusable" | { readonly unborn: Head }

const isRenewable = (found: Found): found is Renewable =>
  found !== undefined && !(typeof found === "object" && "head" in found)

const UNBORN: Head = { epoch: UNBORN_EPOCH, version: 0, members: [], open: [], tail: [] }
