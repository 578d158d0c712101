import type { Runtime } from "../runtime"
import type { Command, Reply, Trouble, TroubleKind } from "./server"

/**
 * Memory for one size of items may be there while there is none for another, so that stores succeed and fail in turns: it is
 * over when one succeeds and none has failed for so long, in milliseconds.
 */
const MEMORY_IS_BACK_MS = 60_000

type Listener = (kind: TroubleKind) => void

/** Tells from the answers of a server what is wrong with it. */
export class TroubleWatch {
  readonly #runtime: Runtime
  readonly #listeners: Listener[] = []
  #trouble: Trouble | undefined
  /** By `Runtime.elapsed()`. */
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

  /** For every answer, so it costs nothing while nothing is wrong. */
  note(op: Command["op"], reply: Reply, isOutOfMemory: boolean): void {
    if (isOutOfMemory) {
      this.#refusedAt = this.#runtime.elapsed()
      this.#begin("out_of_memory")
    } else if (reply.status === "ok" && (op === "get" || op === "set" || op === "add")) {
      if (reply.cas === undefined) this.#begin("no_cas")
      else if (this.#trouble !== undefined) this.#see(op)
    }
  }

  /** What comes back after the end of a connection may be another server. */
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

/** In a sentence without its end, with what to do. */
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
