import { type ChildProcess, fork } from "node:child_process"
import { join } from "node:path"
import type { StatisticsSnapshot } from "../../../src/cache"
import type { ProviderCalls } from "./provider-calls"

type Order =
  | { readonly op: "read"; readonly take: number }
  | { readonly op: "clear"; readonly tags: string[] }
  | { readonly op: "counters" }
  | { readonly op: "calls" }

export type WorkerOrder = Order & { readonly id: number }

export interface WorkerAnswer {
  readonly id: number
  readonly value: unknown
}

/** The parent's end of `medusa-worker-process.ts`. */
export class MedusaWorker {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (value: unknown) => void>()
  #nextId = 1

  private constructor(child: ChildProcess) {
    this.#child = child
    child.on("message", ({ id, value }: WorkerAnswer) => {
      this.#waiting.get(id)?.(value)
      this.#waiting.delete(id)
    })
  }

  /** Returns when Medusa has booted. */
  static async start(environment: Readonly<Record<string, string>>): Promise<MedusaWorker> {
    const child = fork(join(__dirname, "medusa-worker-process.ts"), [], {
      execArgv: ["--import", "tsx"],
      env: { ...process.env, NODE_OPTIONS: "", MEDUSA_WORKER_MODE: "worker", ...environment },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    })
    const worker = new MedusaWorker(child)
    const ended = new Promise<never>((_resolve, reject) => {
      child.once("error", reject)
      child.once("exit", (code) => reject(new Error(`The worker ended with code ${code ?? "none"}`)))
    })
    ended.catch(() => undefined)
    await Promise.race([worker.#answer(0), ended])
    return worker
  }

  async read(take: number): Promise<number> {
    return (await this.#order({ op: "read", take })) as number
  }

  async clear(tags: string[]): Promise<void> {
    await this.#order({ op: "clear", tags })
  }

  /** What the plugin has counted in it. */
  async counters(): Promise<StatisticsSnapshot> {
    return (await this.#order({ op: "counters" })) as StatisticsSnapshot
  }

  async calls(): Promise<ProviderCalls> {
    return (await this.#order({ op: "calls" })) as ProviderCalls
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = new Promise((resolve) => this.#child.once("exit", resolve))
    this.#child.kill("SIGKILL")
    await ended
  }

  #order(order: Order): Promise<unknown> {
    const id = this.#nextId++
    const answer = this.#answer(id)
    this.#child.send({ ...order, id })
    return answer
  }

  #answer(id: number): Promise<unknown> {
    return new Promise((resolve) => this.#waiting.set(id, resolve))
  }
}
