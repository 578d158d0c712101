import type { CasToken, Command, MemcachedServer, Reply, ServerState } from "../../src/cache/memcached/server"
import { decodeHead } from "../../src/cache/log/head"
import { CacheError, type CacheErrorCode } from "../../src/cache/support/errors"
import type { Timer } from "../../src/cache/support/runtime"
import type { Answer, FakeMemcached } from "../../testing/fake-memcached"
import type { Prng } from "../../testing/prng"
import type { Lane, Scheduler } from "./scheduler"

/** How the network of one schedule misbehaves. All chances are per message. */
export interface NetworkOptions {
  readonly timeoutMs: number
  readonly probeMs: number
  /** So many failures in a row open the circuit. */
  readonly failuresUntilDown: number
  /** Whether a time-out closes the connection, or its late answer is dropped and the connection kept. */
  readonly timeoutBreaks: boolean
  /** A message that was carried out is carried out once more, later. */
  duplicateChance: number
  /** The server answers with an error. */
  errorChance: number
  /** What was sent on a connection that breaks is carried out all the same, later. */
  readonly lateChance: number
}

export interface Machine {
  readonly name: string
  readonly memcached: FakeMemcached
  /** Stopped, as opposed to frozen: connections are refused. */
  up: boolean
  /** So many of the heads that are written to it are lost right after that. */
  losesHeads: number
}

interface Message {
  readonly command: Command
  readonly unique: bigint | undefined
  readonly done: (reply: Reply) => void
  deadline: Timer | undefined
  settled: boolean
}

interface Connection {
  readonly number: number
  /** The life of memcached that it leads to. */
  readonly generation: number
  /** Sent and not settled, in order. */
  readonly outstanding: Set<Message>
  /** Sent and not delivered, in order; a message whose caller gave up is still among them. */
  readonly wire: Message[]
}

interface Orphan {
  readonly command: Command
  readonly unique: bigint | undefined
  readonly generation: number
}

/** Of each head that is written while some are to be lost. */
const HEAD_IS_LOST_CHANCE = 0.4

/** The weight of a way that is slow for a while. */
const SLOW = 0.02

/** A process never uses a number again, whichever server the connection is to. */
let connectionCount = 0

/**
 * One process's way to one memcached, as `MemcachedServer` promises it. A command is a message that the scheduler
 * delivers when it likes, in order; so is its answer. A connection can break with both kinds under way: the callers hear
 * "unreachable", and what was sent may be carried out later, twice, or never. That is all a client can know of a network.
 */
export class FakeServer implements MemcachedServer {
  readonly id: string
  readonly itemSizeMaxBytes: number
  state: ServerState = "idle"
  /** The head that this process has seen last. */
  headSeen: bigint | undefined

  private connection: Connection | undefined
  private failuresInARow = 0
  private readonly waiting: Message[] = []
  private readonly orphans: Orphan[] = []
  private readonly listeners: ((state: ServerState, error?: CacheError) => void)[] = []
  private readonly outbound: Lane
  private readonly inbound: Lane
  private readonly late: Lane
  private readonly control: Lane
  private probe: Timer | undefined
  private closingIsDelayed: (() => void) | undefined
  private crashed = false
  private closed: (() => void) | undefined

  constructor(
    processName: string,
    readonly machine: Machine,
    private readonly scheduler: Scheduler,
    private readonly prng: Prng,
    private readonly network: NetworkOptions,
    private readonly describe: (command: Command) => string
  ) {
    this.id = `${machine.name}:11211`
    this.itemSizeMaxBytes = machine.memcached.itemSizeMaxBytes
    this.outbound = scheduler.lane(`${processName}>${machine.name}`)
    this.inbound = scheduler.lane(`${processName}<${machine.name}`)
    this.late = scheduler.lane(`${processName}>${machine.name} (earlier connection)`)
    this.control = scheduler.lane(`${processName}-${machine.name}`)
  }

  submit(command: Command, done: (reply: Reply) => void): void {
    const message: Message = { command, unique: undefined, done, deadline: undefined, settled: false }
    if (this.state === "closed") return this.answerSoon(message, this.unreachable("closed", "closed"))
    if (this.state === "down") return this.answerSoon(message, this.unreachable("unreachable", "the circuit is open"))
    const token = command.op === "set" ? command.cas : undefined
    if (token && !this.isCurrent(token)) return this.answerSoon(message, { status: "exists" })

    const outgoing: Message = token ? { ...message, unique: token.unique } : message
    outgoing.deadline = this.scheduler.schedule(this.network.timeoutMs, () => this.timeOut(outgoing))
    if (this.connection) return this.send(outgoing, this.connection)
    this.waiting.push(outgoing)
    if (this.state === "idle") this.connect()
  }

  onStateChange(listener: (state: ServerState, error?: CacheError) => void): void {
    this.listeners.push(listener)
  }

  async close(): Promise<void> {
    if (this.state === "closed") return
    this.change("closed")
    this.probe?.cancel()
    if (this.waiting.length + (this.connection?.outstanding.size ?? 0) === 0) return
    await new Promise<void>((resolve) => (this.closed = resolve))
  }

  /** The connection is reset, or the network drops it: whatever was under way is anyone's guess. */
  break(reason: string): void {
    if (this.connection) this.disconnect(reason)
  }

  /** Neither direction passes; nothing is lost. The machine's other connections do not notice. */
  partition(on: boolean): void {
    this.outbound.blocked = on
    this.inbound.blocked = on
    this.control.blocked = on
  }

  /** As a partition, but what is sent is refused at once, so that the process knows. */
  cutOff(on: boolean): void {
    this.partition(on)
    if (on && this.state !== "closed") this.goDown("no route to host")
  }

  /** It can be reached again, and the process finds out at once. */
  reach(): void {
    this.partition(false)
    this.probe?.cancel()
    this.probeOnce()
  }

  /** From the next head on that is written without an open clear, what the server has done is not heard of. */
  delayClosing(isDelayed: () => void): void {
    this.closingIsDelayed = isDelayed
  }

  hear(): void {
    this.closingIsDelayed = undefined
    this.inbound.blocked = false
  }

  /** The machine is stopped with SIGSTOP: what it has answered still arrives. */
  freeze(on: boolean): void {
    this.outbound.blocked = on
    this.late.blocked = on
    this.control.blocked = on
  }

  /** Memcached was stopped or restarted. What was sent to its earlier life is gone; the client hears of it in time. */
  reset(): void {
    const { connection } = this
    if (!connection) return
    this.control.push(
      () => "hears of the reset",
      () => {
        if (this.connection === connection) this.disconnect("connection reset")
      }
    )
  }

  /** The process is gone. What it had sent may still be carried out. */
  crash(): void {
    this.crashed = true
    this.probe?.cancel()
    for (const message of this.waiting) message.deadline?.cancel()
    if (this.connection) this.abandon(this.connection)
    this.scheduler.retire(this.outbound)
    this.scheduler.retire(this.inbound)
    this.scheduler.retire(this.control)
  }

  isCurrent(token: CasToken): boolean {
    return token.connection === this.connection?.number
  }

  private send(message: Message, connection: Connection): void {
    connection.outstanding.add(message)
    connection.wire.push(message)
    this.outbound.push(
      () => this.describe(message.command),
      () => this.deliver(message, connection)
    )
  }

  private deliver(message: Message, connection: Connection): void {
    const { memcached } = this.machine
    connection.wire.shift()
    // The process behind this connection is gone: the bytes end up nowhere.
    if (!this.machine.up || connection.generation !== memcached.generation) return
    const answer = this.prng.chance(this.network.errorChance)
      ? memcached.refuse(message.command)
      : memcached.execute(message.command, message.unique)
    this.loseHead(message.command, answer)
    this.delayAnswer(message.command, answer)
    if (this.prng.chance(this.network.duplicateChance)) {
      this.orphan({ command: message.command, unique: message.unique, generation: connection.generation })
    }
    this.inbound.push(
      () => `${answer.status} for ${this.describe(message.command)}`,
      () => this.receive(message, answer, connection)
    )
  }

  private delayAnswer(command: Command, { status }: Answer): void {
    if (!this.closingIsDelayed || command.op !== "set" || status !== "ok" || !command.key.endsWith("~head")) return
    if (decodeHead(command.value)?.open.length !== 0) return
    this.inbound.blocked = true
    this.outbound.weight = SLOW
    this.closingIsDelayed()
    this.closingIsDelayed = undefined
  }

  private loseHead({ op, key }: Command, { status }: Answer): void {
    const { machine } = this
    if (machine.losesHeads === 0 || op === "get" || status !== "ok" || !key.endsWith("~head")) return
    if (!this.prng.chance(HEAD_IS_LOST_CHANCE)) return
    machine.losesHeads -= 1
    machine.memcached.evict(key)
    this.scheduler.note(() => `${machine.name} loses the head that was just written`)
  }

  private receive(message: Message, answer: Answer, connection: Connection): void {
    if (message.settled) return
    this.failuresInARow = 0
    const cas = answer.unique === undefined ? {} : { cas: { connection: connection.number, unique: answer.unique } }
    const error =
      answer.status === "server_error" ? { error: new CacheError("server_error", `${this.id} is out of memory`) } : {}
    if (message.command.key.endsWith("~head") && answer.unique !== undefined) this.headSeen = answer.unique
    const value = answer.value === undefined ? {} : { value: answer.value, flags: answer.flags ?? 0 }
    this.settle(message, { status: answer.status, ...value, ...cas, ...error })
    // "Valid until the callback returns control": a client that reuses its buffer would do this.
    if (answer.value) setImmediate(() => answer.value?.fill(0x2a))
  }

  private timeOut(message: Message): void {
    if (message.settled) return
    const waited = this.waiting.indexOf(message)
    if (waited >= 0) this.waiting.splice(waited, 1)
    this.failuresInARow += 1
    this.settle(message, this.unreachable("unreachable", `${this.id} timed out`))
    if (this.failuresInARow >= this.network.failuresUntilDown) this.goDown("too many time-outs")
    else if (this.connection && this.network.timeoutBreaks) this.disconnect("time-out")
  }

  private connect(): void {
    if (this.state !== "down") this.change("connecting")
    this.control.push(
      () => (this.machine.up ? "connects" : "is refused"),
      () => {
        if (this.state !== "connecting" && this.state !== "down") return
        if (!this.machine.up) return this.goDown("connection refused")
        this.connection = {
          number: ++connectionCount,
          generation: this.machine.memcached.generation,
          outstanding: new Set(),
          wire: [],
        }
        this.failuresInARow = 0
        this.change("ready")
        const connection = this.connection
        for (const message of this.waiting.splice(0)) {
          if (connection !== this.connection) break
          this.send(message, connection)
        }
      }
    )
  }

  private disconnect(reason: string): void {
    const connection = this.connection
    if (!connection) return
    this.scheduler.note(() => `${this.outbound.name} breaks: ${reason}`)
    this.failuresInARow += 1
    this.abandon(connection)
    if (this.failuresInARow >= this.network.failuresUntilDown) this.goDown(reason)
    else if (this.state === "ready") this.connect()
    for (const message of connection.outstanding) {
      this.settle(message, this.unreachable("unreachable", `${this.id}: ${reason}`))
    }
  }

  /** Takes the messages off the wire, and keeps those that may still be carried out. */
  private abandon(connection: Connection): void {
    this.connection = undefined
    this.outbound.queue.length = 0
    this.inbound.queue.length = 0
    for (const message of connection.outstanding) message.deadline?.cancel()
    const { wire } = connection
    if (wire.length === 0 || !this.prng.chance(this.network.lateChance)) return
    // The kernel of the server holds a prefix of the stream.
    for (const { command, unique } of wire.slice(0, this.prng.between(1, wire.length))) {
      this.orphan({ command, unique, generation: connection.generation })
    }
  }

  private orphan(orphan: Orphan): void {
    this.orphans.push(orphan)
    this.late.push(
      () => `late: ${this.describe(orphan.command)}`,
      () => {
        this.orphans.shift()
        const { memcached } = this.machine
        if (!this.machine.up || orphan.generation !== memcached.generation) return
        memcached.execute(orphan.command, orphan.unique)
        if (this.prng.chance(this.network.duplicateChance)) this.orphan(orphan)
      }
    )
  }

  private goDown(reason: string): void {
    const connection = this.connection
    if (connection) this.abandon(connection)
    if (this.state !== "closed") {
      this.change("down", new CacheError("unreachable", `${this.id}: ${reason}`))
      this.probe?.cancel()
      this.probe = this.scheduler.schedule(this.network.probeMs, () => this.probeOnce())
    }
    const failed = [...this.waiting.splice(0), ...(connection?.outstanding ?? [])]
    for (const message of failed) this.settle(message, this.unreachable("unreachable", `${this.id}: ${reason}`))
  }

  private probeOnce(): void {
    if (this.state !== "down" || this.crashed) return
    // While the way is blocked the attempt hangs; it must not pile up.
    if (this.control.blocked || this.control.queue.length > 0) {
      this.probe = this.scheduler.schedule(this.network.probeMs, () => this.probeOnce())
      return
    }
    this.connect()
  }

  private change(state: ServerState, error?: CacheError): void {
    if (this.state === state) return
    this.state = state
    this.scheduler.note(() => `${this.outbound.name} is ${state}`)
    for (const listener of this.listeners) listener(state, error)
  }

  private answerSoon(message: Message, reply: Reply): void {
    process.nextTick(() => {
      if (!this.crashed) this.settle(message, reply)
    })
  }

  private settle(message: Message, reply: Reply): void {
    if (message.settled || this.crashed) return
    message.settled = true
    message.deadline?.cancel()
    this.connection?.outstanding.delete(message)
    message.done(reply)
    if (this.closed && this.waiting.length + (this.connection?.outstanding.size ?? 0) === 0) this.closed()
  }

  private unreachable(code: CacheErrorCode, message: string): Reply {
    return { status: "unreachable", error: new CacheError(code, message) }
  }
}
