import { fork, type ChildProcess } from "node:child_process"
import { join } from "node:path"

/** What somebody in another process is to do while a bulk invalidation goes on. */
export interface OutsideOrder {
  readonly baseUrl: string
  readonly adminHeaders: Readonly<Record<string, string>>
  readonly publishableKey: string
  /** The body of the invalidation to start; else the one with this id is watched, which others start. */
  readonly start?: { readonly products: number; readonly body: object }
  readonly id?: string
}

export interface Latency {
  readonly requests: number
  readonly p50Ms: number
  readonly maxMs: number
}

/** What it has seen. */
export interface OutsideReport {
  readonly id: string
  /** Of the answer to the start; 0 when there was none. */
  readonly acceptedMs: number
  /** From the start, or the first look, until it was seen that the work has ended. */
  readonly endedMs: number
  /** `done`, each time that it was asked for and answered. */
  readonly done: readonly number[]
  readonly states: readonly string[]
  readonly health: Latency
  readonly products: Latency
  readonly failures: readonly string[]
}

/** The parent's end of `outside-process.ts`: a client of the API that does not share its event loop with the server. */
export function lookFromOutside(order: OutsideOrder): Promise<OutsideReport> {
  const child: ChildProcess = fork(join(__dirname, "outside-process.ts"), [], {
    execArgv: ["--import", "tsx"],
    env: { ...process.env, NODE_OPTIONS: "" },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  })
  return new Promise((resolve, reject) => {
    child.once("error", reject)
    child.once("exit", (code) => reject(new Error(`The client ended with code ${code ?? "none"}`)))
    child.once("message", (report: OutsideReport) => {
      resolve(report)
      child.disconnect()
    })
    child.send(order)
  })
}
