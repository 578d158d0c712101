import { fork, type ChildProcess } from "node:child_process"
import { join } from "node:path"

export interface WorkerRequest {
  readonly id: number
  readonly op: "get" | "clear"
  readonly input: { key?: string; tags?: string[]; options?: { autoInvalidate?: boolean } }
}

export interface WorkerReply {
  readonly id: number
  readonly value: unknown
}

/** The parent's end of `worker-process.ts`. */
export class Worker {
  readonly #child: ChildProcess
  readonly #waiting = new Map<number, (value: unknown) => void>()
  #nextId = 1

  private constructor(child: ChildProcess) {
    this.#child = child
    child.on("message", (reply: WorkerReply) => {
      this.#waiting.get(reply.id)?.(reply.value)
      this.#waiting.delete(reply.id)
    })
  }

  static async start(environment: Record<string, string>): Promise<Worker> {
    const child = fork(join(__dirname, "worker-process.ts"), [], {
      execArgv: ["--import", "tsx"],
      env: { ...process.env, NODE_OPTIONS: "", ...environment },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    })
    const worker = new Worker(child)
    const ended = new Promise<never>((_resolve, reject) => {
      child.once("error", reject)
      child.once("exit", (code) => reject(new Error(`The worker ended with code ${code}`)))
    })
    ended.catch(() => undefined)
    await Promise.race([worker.#reply(0), ended])
    return worker
  }

  get(input: WorkerRequest["input"]): Promise<unknown> {
    return this.#call("get", input)
  }

  async clear(input: WorkerRequest["input"]): Promise<void> {
    await this.#call("clear", input)
  }

  /** Ends it at once, as a crash does. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = new Promise((resolve) => this.#child.once("exit", resolve))
    this.#child.kill("SIGKILL")
    await ended
  }

  #call(op: WorkerRequest["op"], input: WorkerRequest["input"]): Promise<unknown> {
    const request: WorkerRequest = { id: this.#nextId++, op, input }
    const reply = this.#reply(request.id)
    this.#child.send(request)
    return reply
  }

  #reply(id: number): Promise<unknown> {
    return new Promise((resolve) => this.#waiting.set(id, resolve))
  }
}
