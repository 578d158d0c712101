import { type ChildProcess, fork } from "node:child_process"
import { join } from "node:path"
import type { processOperations } from "./process-operations"

type Operations = ReturnType<typeof processOperations>
type Name = keyof Operations
type Input<N extends Name> = Parameters<Operations[N]>
type Output<N extends Name> = Awaited<ReturnType<Operations[N]>>

export interface ProcessOrder {
  readonly id: number
  readonly op: string
  readonly input: readonly unknown[]
}

export interface ProcessAnswer {
  readonly id: number
  readonly value?: unknown
  readonly error?: string
}

/** The parent's end of `medusa-process-main.ts`. */
export class MedusaProcess {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (answer: ProcessAnswer) => void>()
  #nextId = 1
  #port: number | undefined

  private constructor(child: ChildProcess) {
    this.#child = child
    child.on("message", (answer: ProcessAnswer) => {
      this.#waiting.get(answer.id)?.(answer)
      this.#waiting.delete(answer.id)
    })
  }

  /** Returns when Medusa has booted. A server of which the environment says `LISTEN: "true"` listens on `port`. */
  static async start(mode: "server" | "worker", environment: Readonly<Record<string, string>>): Promise<MedusaProcess> {
    const child = fork(join(__dirname, "medusa-process-main.ts"), [], {
      execArgv: ["--import", "tsx"],
      env: { ...process.env, NODE_OPTIONS: "", MEDUSA_WORKER_MODE: mode, ADMIN_DISABLED: "true", ...environment },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    })
    const medusa = new MedusaProcess(child)
    const ended = new Promise<never>((_resolve, reject) => {
      child.once("error", reject)
      child.once("exit", (code) => reject(new Error(`Medusa ended with code ${code ?? "none"}`)))
    })
    ended.catch(() => undefined)
    const { value } = await Promise.race([medusa.#answer(0), ended])
    medusa.#port = value as number | undefined
    return medusa
  }

  get port(): number | undefined {
    return this.#port
  }

  /** Carries out one of its operations there. */
  async call<N extends Name>(op: N, ...input: Input<N>): Promise<Output<N>> {
    const id = this.#nextId++
    const answer = this.#answer(id)
    this.#child.send({ id, op, input } satisfies ProcessOrder)
    const { value, error } = await answer
    if (error !== undefined) throw new Error(error)
    return value as Output<N>
  }

  /** In good order, as a deployment ends it. */
  stop(): Promise<void> {
    return this.#end("SIGTERM")
  }

  /** At once, as a crash or a lack of memory ends it. */
  kill(): Promise<void> {
    return this.#end("SIGKILL")
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = new Promise((resolve) => this.#child.once("exit", resolve))
    this.#child.kill(signal)
    await ended
  }

  #answer(id: number): Promise<ProcessAnswer> {
    return new Promise((resolve) => this.#waiting.set(id, resolve))
  }
}
