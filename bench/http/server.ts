import { type ChildProcess, fork } from "node:child_process"
import { join } from "node:path"
import { messageOf } from "../message"
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
    const { port = 0 } = (await messageOf(child)) as Message
    return new Server(child, port)
  }

  fill(): Promise<BenchShop | undefined> {
    this.#child.send("fill")
    return messageOf(this.#child).then((message) => (message as Message).shop)
  }

  /** Returns the CPU time that the process has used, in milliseconds. */
  async cpuMs(): Promise<number> {
    this.#child.send("cpu")
    const { cpu } = (await messageOf(this.#child)) as Message
    return cpu ? (cpu.user + cpu.system) / 1000 : 0
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve))
    this.#child.kill("SIGKILL")
    await ended
  }
}
