import { type ChildProcess, spawn } from "node:child_process"
import { setTimeout as delay } from "node:timers/promises"

const POLL_MS = 100
const LAST_CHARACTERS = 3_000

/** A command line that runs as in a terminal: what it shows can be read, and Ctrl-C ends it. */
export class Terminal {
  readonly #shell: ChildProcess
  readonly #ended: Promise<number>
  #hasEnded = false
  #output = ""

  constructor(command: string, cwd: string, env: NodeJS.ProcessEnv) {
    this.#shell = spawn("bash", ["-c", command], { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] })
    const collect = (chunk: Buffer): void => void (this.#output += chunk.toString())
    this.#shell.stdout?.on("data", collect)
    this.#shell.stderr?.on("data", collect)
    this.#ended = new Promise((resolve) => {
      this.#shell.once("close", (code) => {
        this.#hasEnded = true
        resolve(code ?? 1)
      })
    })
  }

  get output(): string {
    return this.#output
  }

  /** Returns when that is shown. Fails when the command ends, or has not shown it in time. */
  async shows(text: RegExp, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs
    while (!text.test(this.#output)) {
      if (this.#hasEnded || Date.now() > deadline) {
        throw new Error(`${String(text)} was not shown:\n${this.#output.slice(-LAST_CHARACTERS)}`)
      }
      await delay(POLL_MS)
    }
  }

  /** As the terminal does it: every process of the foreground hears of it. Returns when the command has ended. */
  async pressCtrlC(): Promise<void> {
    this.#signal("SIGINT")
    await this.#ended
  }

  /** The exit code. */
  end(): Promise<number> {
    return this.#ended
  }

  async kill(): Promise<void> {
    this.#signal("SIGKILL")
    await this.#ended
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#shell
    if (pid === undefined || this.#hasEnded) return
    try {
      process.kill(-pid, signal)
    } catch {
      // It has ended by itself, and only its output has not.
    }
  }
}
