import { CacheError } from "../support/errors"
import type { Timer } from "../support/runtime"
import { within } from "../support/time-limit"
import type { CasToken, Command, MemcachedServer, Peer, Reply, ServerState, Trouble, TroubleKind } from "./server"
import { callBack } from "./callback-guard"
import { serverNameOf } from "./connect-socket"
import { ColdClient, MemjsTransport } from "./cold-client"
import { CommandRequest, type MemjsRequest, type Request } from "./request"
import { Connection } from "./connection"
import { DeadlineWatch } from "./deadline-watch"
import { leavesOther, moreTelling } from "./connection-error"
import { diagnose } from "./diagnosis"
import { ItemSizeLimit } from "./item-size-limit"
import { addressesOf } from "./name-lookup"
import { probeDelayMs } from "./probe-delay"
import { keySizeBytes } from "./protocol"
import { EXISTS, serverError, unreachable } from "./reply"
import { RequestQueue } from "./request-queue"
import {
  type Protocol,
  protocolsOf,
  type ResolvedServerOptions,
  resolveServerOptions,
  type ServerOptions,
  ServerTraffic,
} from "./server-options"
import { TroubleWatch } from "./trouble-watch"

/** A connection that held for this long was good, in milliseconds. Its end is no reason to back off. */
const STABLE_CONNECTION_MS = 1000

/** The least time that a server has for its answer, from the moment at which a command leaves, in milliseconds. */
const LEAST_WAIT_MS = 20

const INVALID_KEY = serverError("Invalid key: expected 1 to 250 bytes without spaces or control characters")

type StateListener = (state: ServerState, error?: CacheError) => void

/**
 * A memjs server that can be depended on. memjs's own server has these defects:
 *
 * - It has no deadline per command. Its time-out is that of an idle socket, which traffic postpones for ever.
 * - It keeps half a response across connections, and then returns corrupt bytes or those of another key.
 * - It leaves commands unsettled when the other side closes, and sends some of them later, after they were reported
 *   failed.
 * - It lets every request find out anew that a server is away.
 *
 * Here every command is answered within its time-out, whatever happens. A missed deadline of one command says the same
 * about all commands behind it. The connection is then dropped, they all fail, and the circuit opens. From then on
 * commands fail at once, and no request pays for finding out whether the server is back. A probe in the background does
 * that, with growing pauses. When the other side closes a connection in good order (a restart, an idle time-out), it is
 * reopened at once, and commands wait for it within their time-out.
 *
 *     idle ──► connecting ──► ready ──closed──► connecting
 *                  │             │                  │
 *                  └──► down ◄───┴──deadline────────┘          down ──probe──► ready
 */
export class DependableServer extends MemjsTransport implements MemcachedServer {
  readonly id: string
  readonly traffic = new ServerTraffic()
  readonly troubles: TroubleWatch

  readonly #options: ResolvedServerOptions
  readonly #coldClient: ColdClient
  readonly #itemSizeLimit = new ItemSizeLimit()
  readonly #listeners: StateListener[] = []
  readonly #watch: DeadlineWatch
  readonly #overloadedError: CacheError
  readonly #closedError: CacheError
  /** Commands that wait for the connection. */
  readonly #waiting = new RequestQueue()
  #state: ServerState = "idle"
  #connection: Connection | undefined
  /** Why the preferred protocol could not be spoken, while the other one is being tried. */
  #firstError: CacheError | undefined
  /** When the connection became usable, on the clock of `Runtime.elapsed()`. */
  #readyAt: number | undefined
  /** The number of failed or short-lived connections since the last one that lasted. */
  #failures = 0
  #downReason: CacheError | undefined
  #probeTimer: Timer | undefined
  #isSuspended = false
  /** The deadline of all commands of one tick. Reading the clock for each command costs as much as encoding it. */
  #tickDeadline: number | undefined
  /** The deadline of the last commands that left late, and when they are due instead. */
  #postponed: { readonly deadline: number; readonly dueAt: number } | undefined
  #closing: Promise<void> | undefined
  #drained: (() => void) | undefined

  constructor(options: ServerOptions) {
    super(options.host, options.port)
    this.#options = resolveServerOptions(options)
    this.id = this.#options.id
    this.troubles = new TroubleWatch(this.#options.runtime)
    this.#closedError = new CacheError("closed", `${this.id} was closed`)
    this.#overloadedError = new CacheError(
      "unreachable",
      `${this.id} is too slow: more than ${this.#options.outstandingMaxBytes} bytes of commands are waiting for it`
    )
    this.#coldClient = new ColdClient(this)
    this.#watch = new DeadlineWatch(this.#options.runtime, {
      keepsProcessAlive: true,
      graceMaxMs: this.#options.timeoutMs,
      dueAt: () => this.#dueAt,
      progress: () => this.#connection?.readCount ?? 0,
      expired: () => this.#onDeadlineMissed(),
    })
  }

  get state(): ServerState {
    return this.#state
  }

  get itemSizeMaxBytes(): number {
    return this.#itemSizeLimit.sizeBytes
  }

  /** Why the server is down, or was last. */
  get downReason(): CacheError | undefined {
    return this.#downReason
  }

  get trouble(): Trouble | undefined {
    return this.troubles.trouble
  }

  /** The protocol of the connection. Undefined while there is none. */
  get protocol(): Protocol | undefined {
    return this.#connection?.isReady ? this.#connection.protocol : undefined
  }

  get peer(): Peer | undefined {
    return this.#connection?.peer
  }

  isCurrent(token: CasToken): boolean {
    return this.#connection?.isReady === true && token.connection === this.#connection.number
  }

  onTrouble(listener: (kind: TroubleKind) => void): void {
    this.troubles.onTrouble(listener)
  }

  onStateChange(listener: StateListener): void {
    this.#listeners.push(listener)
  }

  submit(command: Command, done: (reply: Reply) => void): void {
    const keyBytes = keySizeBytes(command.key)
    const refusal = keyBytes === 0 ? INVALID_KEY : this.#refusal(command)
    if (refusal !== undefined) {
      if (refusal.status === "unreachable") this.traffic.errors += 1
      this.#callBackLater(() => done(refusal))
      return
    }
    this.#send(new CommandRequest(command, keyBytes, this.nextDeadline(), this, done))
  }

  /**
   * Reads the server's statistics: the general ones, or those of a group such as `settings`. Rejects with a
   * `CacheError`, within the time-out.
   */
  stats(group = ""): Promise<Record<string, string>> {
    return this.#coldClient.statsOf(group)
  }

  /** Finds out, on connections of its own, why the server cannot be used. Resolves with nothing when it can be used. */
  diagnose(): Promise<CacheError | undefined> {
    return diagnose(this.#options)
  }

  async twins(atLeast: number): Promise<DependableServer[]> {
    const { host, tls, runtime, connectTimeoutMs } = this.#options
    const addresses = await within(runtime, connectTimeoutMs, addressesOf(host), [])
    return Array.from({ length: Math.max(atLeast, addresses.length) }, (_, i) => {
      const address = addresses[i % addresses.length] ?? host
      // The certificate is for the name, not the address.
      const named = address === host || !tls ? tls : { servername: serverNameOf(host), ...(tls === true ? {} : tls) }
      const protocol = this.protocol ?? this.#options.protocol
      return new DependableServer({ ...this.#options, host: address, protocol, ...(named && { tls: named }) })
    })
  }

  suspend(reason: CacheError): void {
    if (this.#closing !== undefined) return
    this.#isSuspended = true
    this.#probeTimer?.cancel()
    const connection = this.#connection
    if (connection) this.#forgetConnection()
    this.#setState("down", reason)
    this.#failWaiting(reason)
    connection?.destroy(reason)
  }

  resume(): void {
    if (!this.#isSuspended || this.#closing !== undefined) return
    this.#isSuspended = false
    this.#connect()
  }

  // eslint-disable-next-line @typescript-eslint/no-misused-promises -- memjs ignores the result, and it never rejects
  override close(): Promise<void> {
    this.#closing ??= this.#shutDown()
    return this.#closing
  }

  /** The oldest command without an answer. Commands of a handshake do not count. */
  get #head(): Request | undefined {
    return this.#connection?.isReady ? this.#connection.head : this.#waiting.head
  }

  get #dueAt(): number | undefined {
    const deadline = this.#head?.deadline
    return deadline !== undefined && deadline === this.#postponed?.deadline ? this.#postponed.dueAt : deadline
  }

  /** Returns the answer to a command that must not be sent. */
  #refusal(command: Command): Reply | undefined {
    const reason = this.#whyNotNow()
    if (reason !== undefined) {
      return unreachable(reason)
    }
    const isOfAnotherConnection = command.op === "set" && command.cas !== undefined && !this.isCurrent(command.cas)
    return isOfAnotherConnection ? EXISTS : undefined
  }

  /** Returns why no command can be sent at all. */
  #whyNotNow(): CacheError | undefined {
    switch (this.#state) {
      case "closed":
        return this.#closedError
      case "down":
        return this.#downReason
      default: {
        const outstandingBytes = this.#waiting.sizeBytes + (this.#connection?.outstandingBytes ?? 0)
        return outstandingBytes < this.#options.outstandingMaxBytes ? undefined : this.#overloadedError
      }
    }
  }

  protected override nextDeadline(): number {
    if (this.#tickDeadline === undefined) {
      this.#tickDeadline = this.#options.runtime.elapsed() + this.#options.timeoutMs
      process.nextTick(this.#endTick)
    }
    return this.#tickDeadline
  }

  /** Gives commands the time back that other work of their tick has taken, since they leave only now. */
  readonly #endTick = (): void => {
    const deadline = this.#tickDeadline
    this.#tickDeadline = undefined
    if (deadline === undefined) return
    const now = this.#options.runtime.elapsed()
    const lateMs = now - deadline
    if (lateMs <= -LEAST_WAIT_MS) return
    const extensionMs = Math.min(Math.max(lateMs, LEAST_WAIT_MS), this.#options.timeoutMs)
    this.#postponed = { deadline, dueAt: now + extensionMs }
  }

  protected override submitMemjs(request: MemjsRequest): void {
    const reason = request.hasValidKey ? this.#whyNotNow() : INVALID_KEY.error
    if (reason !== undefined) {
      this.#callBackLater(() => request.fail(reason))
      return
    }
    this.#send(request)
  }

  #callBackLater(callback: () => void): void {
    this.#options.runtime.defer(() => callBack(callback))
  }

  #send(request: Request): void {
    const wasAtRest = this.#head === undefined
    if (this.#connection?.isReady) {
      this.#connection.send(request)
    } else {
      this.#waiting.push(request)
    }
    if (this.#state === "idle") {
      this.#connect()
      this.#setState("connecting")
    }
    if (wasAtRest) {
      this.#watch.start()
    }
  }

  /**
   * Opens a connection in the preferred protocol. What a server has spoken before says nothing: it may have been restarting,
   * and its address may lead to another one.
   */
  #connect(): void {
    this.#firstError = undefined
    this.#open(protocolsOf(this.#options)[0])
  }

  #open(protocol: Protocol): void {
    const connection = new Connection(this.#options, protocol, {
      onReady: () => this.#onReady(connection),
      onDrained: () => this.#onDrained(),
      onLost: (error) => this.#onLost(connection, error),
      onWrite: () => void this.traffic.roundTrips++,
    })
    this.#connection = connection
  }

  #onReady(connection: Connection): void {
    this.#firstError = undefined
    this.#readyAt = this.#options.runtime.elapsed()
    for (const request of this.#waiting.takeAll()) {
      connection.send(request)
    }
    if (this.#closing === undefined) {
      this.#setState("ready")
      this.#learnItemSize(connection)
    }
  }

  #learnItemSize(connection: Connection): void {
    const learn = (): void => {
      if (connection === this.#connection) this.#itemSizeLimit.learn(() => this.stats("settings"))
    }
    if (this.#itemSizeLimit.isInDoubt) this.#options.runtime.schedule(STABLE_CONNECTION_MS, learn)
    else learn()
  }

  #onDrained(): void {
    this.#watch.rest()
    this.#drained?.()
  }

  /**
   * Handles a connection that ended by itself: it could not be opened, the other side closed it, or it got out of step.
   */
  #onLost(connection: Connection, lastError: CacheError): void {
    const wasReady = this.#readyAt !== undefined
    const other = wasReady || this.#closing !== undefined ? undefined : this.#otherProtocol(connection, lastError)
    if (other !== undefined) {
      this.#firstError = lastError
      return this.#open(other)
    }
    // What another server said may no longer be true.
    const error = connection.isConnected ? moreTelling(this.#firstError, lastError) : lastError
    this.#forgetConnection()
    if (this.#closing !== undefined) {
      this.#failWaiting(error)
    } else if (wasReady && this.#failures === 1) {
      this.#watch.rest()
      this.#connect()
      this.#setState("connecting")
    } else {
      this.#goDown(error)
    }
  }

  /** Returns the protocol that a server may speak which has refused the preferred one. */
  #otherProtocol({ protocol, isConnected, isSilent }: Connection, error: CacheError): Protocol | undefined {
    const [preferred, other] = protocolsOf(this.#options)
    return protocol === preferred && isConnected && !isSilent && leavesOther(error, protocol) ? other : undefined
  }

  /**
   * Handles a server that is frozen, or that cannot be reached although the connection is open. Commands behind the
   * oldest one cannot do better.
   */
  #onDeadlineMissed(): void {
    const error = new CacheError("unreachable", `${this.id} did not answer within ${this.#options.timeoutMs} ms`)
    const connection = this.#connection
    if (connection?.isReady) {
      this.#forgetConnection()
      this.#goDown(error)
      connection.destroy(error)
      this.#onDrained()
    } else {
      // The attempt to connect continues as the probe.
      const reason = moreTelling(this.#firstError, error)
      this.#setState("down", reason)
      this.#failWaiting(reason)
    }
  }

  #forgetConnection(): void {
    const wasStable =
      this.#readyAt !== undefined && this.#options.runtime.elapsed() - this.#readyAt >= STABLE_CONNECTION_MS
    this.#failures = wasStable ? 1 : this.#failures + 1
    this.#connection = undefined
    this.#readyAt = undefined
    this.troubles.forget()
  }

  #goDown(reason: CacheError): void {
    if (this.#closing === undefined) {
      const delayMs = probeDelayMs(this.#failures, reason.code)
      this.#probeTimer = this.#options.runtime.schedule(delayMs, () => this.#connect())
      this.#setState("down", reason)
    }
    this.#failWaiting(reason)
  }

  #failWaiting(error: CacheError): void {
    this.#waiting.failAll(error)
    this.#onDrained()
  }

  #setState(state: ServerState, reason?: CacheError): void {
    this.#downReason = reason ?? this.#downReason
    if (state === this.#state || this.#state === "closed") {
      return
    }
    this.#state = state
    for (const listener of this.#listeners) {
      callBack(() => listener(state, reason))
    }
  }

  async #shutDown(): Promise<void> {
    this.#setState("closed")
    this.#probeTimer?.cancel()
    if (this.#head !== undefined) {
      await new Promise<void>((resolve) => (this.#drained = resolve))
    }
    this.#watch.stop()
    const connection = this.#connection
    this.#connection = undefined
    connection?.destroy(this.#closedError)
    await connection?.closed
  }
}
