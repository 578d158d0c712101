import { type ChildProcess, fork } from "node:child_process"
import { join } from "node:path"
import type { BenchShop } from "./shop"

interface Message {
  readonly port?: number
  readonly cpu?: NodeJS.CpuUsage
  readonly shop?: BenchShop
}

/** The parent's end of `server-main.ts`. */
export class Server {
  readonly #child: ChildProcess
  readonly port: number

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.port = port
  }

  /** Resolves when the shop listens. */
  static async start(environment: NodeJS.ProcessEnv): Promise<Server> {
    const child = fork(join(__dirname, "server-main.ts"), [], {
      execArgv: ["--import", "tsx"],
      env: { ...process.env, ADMIN_DISABLED: "true", NODE_ENV: "production", LOG_LEVEL: "error", ...environment },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    })
    const { port = 0 } = await messageOf(child)
    return new Server(child, port)
  }

  fill(): Promise<BenchShop | undefined> {
    this.#child.send("fill")
    return messageOf(this.#child).then(({ shop }) => shop)
  }

  /** Returns the CPU time that the process has used, in milliseconds. */
  async cpuMs(): Promise<number> {
    this.#child.send("cpu")
    const { cpu } = await messageOf(this.#child)
    return cpu ? (cpu.user + cpu.system) / 1000 : 0
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve))
    this.#child.kill("SIGKILL")
    await ended
  }
}

const messageOf = (child: ChildProcess): Promise<Message> =>
  new Promise((resolve, reject) => {
    const end = (code: number | null): void => reject(new Error(`The shop has ended with code ${code ?? "none"}`))
    child.once("exit", end)
    child.once("message", (message: Message) => {
      child.off("exit", end)
      resolve(message)
    })
  })
