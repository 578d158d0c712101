import type { Runtime } from "../support/runtime"
import type { Command, Reply, Trouble, TroubleKind } from "./server"

/**
 * The time without a refusal after which a successful store shows that memory is back, in milliseconds. There may be
 * memory for items of one size and none for another, so that stores succeed and fail in turn.
 */
const MEMORY_IS_BACK_MS = 60_000

type Listener = (kind: TroubleKind) => void

/** Detects from a server's answers what is wrong with it. */
export class TroubleWatch {
  readonly #runtime: Runtime
  readonly #listeners: Listener[] = []
  #trouble: Trouble | undefined
  /** When a store was last refused, by `Runtime.elapsed()`. */
  #refusedAt = 0

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  get trouble(): Trouble | undefined {
    return this.#trouble
  }

  onTrouble(listener: Listener): void {
    this.#listeners.push(listener)
  }

  /** Inspects an answer. This runs for every answer, so it costs nothing while nothing is wrong. */
  note(op: Command["op"], reply: Reply, isOutOfMemory: boolean): void {
    if (isOutOfMemory) {
      this.#refusedAt = this.#runtime.elapsed()
      this.#begin("out_of_memory")
    } else if (reply.status === "ok" && (op === "get" || op === "set" || op === "add")) {
      if (reply.cas === undefined) this.#begin("no_cas")
      else if (this.#trouble !== undefined) this.#see(op)
    }
  }

  /** Forgets the trouble: after the end of a connection the next server may be another one. */
  forget(): void {
    this.#trouble = undefined
  }

  #see(op: "get" | "set" | "add"): void {
    const isBack = op !== "get" && this.#runtime.elapsed() - this.#refusedAt >= MEMORY_IS_BACK_MS
    if (this.#trouble?.kind === "no_cas" || isBack) this.#trouble = undefined
  }

  #begin(kind: TroubleKind): void {
    if (this.#trouble?.kind === kind) return
    this.#trouble = { kind, sinceMs: Math.round(this.#runtime.now()) }
    for (const listener of this.#listeners) listener(kind)
  }
}

/** Describes a trouble and its remedy, without a full stop at the end. */
export function describeTrouble(serverId: string, kind: TroubleKind): string {
  switch (kind) {
    case "out_of_memory":
      return (
        `${serverId} is full and rejects new entries, as memcached does with -M. Start it without -M, so that it evicts the ` +
        "least recently used items, and with more memory (-m)"
      )
    case "no_cas":
      return `${serverId} runs without CAS, which the log of clears needs. Start memcached without -C`
  }
}
