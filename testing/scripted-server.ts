import { FakeMemcached } from "./fake-memcached"
import type { CasToken, Command, MemcachedServer, Reply, ServerState, Trouble } from "../src/cache/memcached/server"
import { CacheError } from "../src/cache/support/errors"
import type { ManualRuntime } from "./manual-runtime"

/**
 * What a test makes of a command. "unreachable": it does not arrive. "lost": it is carried out, and the answer does not
 * arrive. A reply: that one instead. undefined: all is well.
 */
export type Script = (command: Command) => "unreachable" | "lost" | Reply | undefined

export const UNREACHABLE: Reply = { status: "unreachable", error: new CacheError("unreachable", "scripted") }

const MEBIBYTE = 1024 * 1024

/** A process never uses the number of a connection again, whichever server it is to. */
let connectionCount = 0

/**
 * One process's connection to a memcached in memory: commands are carried out in order when they are sent, and answered
 * on the next tick, or when the test releases them.
 */
export class ScriptedServer implements MemcachedServer {
  readonly id: string
  readonly memcached: FakeMemcached
  /** Everything that was sent, in order. */
  readonly sent: Command[] = []
  state: ServerState = "ready"
  trouble: Trouble | undefined
  script: Script = () => undefined
  /** Answers stay on their way until `release`. */
  held = false
  /** Of a command, in milliseconds. */
  timeoutMs = 500
  readonly #runtime: ManualRuntime
  #connection = ++connectionCount
  readonly #answers: (() => void)[] = []
  readonly #listeners: ((state: ServerState, error?: CacheError) => void)[] = []

  constructor(runtime: ManualRuntime, options: { id?: string; memcached?: FakeMemcached } = {}) {
    this.#runtime = runtime
    this.id = options.id ?? "scripted:11211"
    this.memcached = options.memcached ?? new FakeMemcached({ now: () => runtime.now(), itemSizeMaxBytes: MEBIBYTE })
  }

  get itemSizeMaxBytes(): number {
    return this.memcached.itemSizeMaxBytes
  }

  submit(command: Command, done: (reply: Reply) => void): void {
    this.sent.push(command)
    const reply = this.#carryOut(command)
    const answer = (): void => {
      done(reply)
      // "Valid until the callback returns control": whoever keeps the bytes finds rubbish.
      if (reply.value) setImmediate(() => reply.value?.fill(0x2a))
    }
    if (this.held) this.#hold(answer, done)
    else process.nextTick(answer)
  }

  isCurrent(token: CasToken): boolean {
    return token.connection === this.#connection
  }

  onStateChange(listener: (state: ServerState, error?: CacheError) => void): void {
    this.#listeners.push(listener)
  }

  async close(): Promise<void> {
    this.enter("closed")
  }

  enter(state: ServerState): void {
    this.state = state
    for (const listener of this.#listeners) listener(state)
  }

  /** Tokens of before are no longer good. */
  reconnect(): void {
    this.#connection = ++connectionCount
    this.enter("connecting")
    this.enter("ready")
  }

  /** Delivers held answers in one go, as one packet would. */
  release(count = Infinity): void {
    for (const answer of this.#answers.splice(0, Math.min(count, this.#answers.length))) answer()
  }

  /** Commands of a kind that were sent, oldest first. */
  sentOf(op: Command["op"], key = ""): Command[] {
    return this.sent.filter((command) => command.op === op && command.key.includes(key))
  }

  /** No longer than the time-out of a command. */
  #hold(answer: () => void, done: (reply: Reply) => void): void {
    let isOver = false
    const timer = this.#runtime.schedule(this.timeoutMs, () => {
      isOver = true
      done(UNREACHABLE)
    })
    this.#answers.push(() => {
      if (isOver) return
      timer.cancel()
      answer()
    })
  }

  #carryOut(command: Command): Reply {
    if (this.state === "down" || this.state === "closed") return UNREACHABLE
    const scripted = this.script(command)
    if (scripted === "unreachable") return UNREACHABLE
    if (scripted !== undefined && scripted !== "lost") return scripted
    const token = command.op === "set" ? command.cas : undefined
    if (token && token.connection !== this.#connection) return { status: "exists" }
    const { unique, ...answer } = this.memcached.execute(command, token?.unique)
    if (scripted === "lost") return UNREACHABLE
    return unique === undefined ? answer : { ...answer, cas: { connection: this.#connection, unique } }
  }
}
