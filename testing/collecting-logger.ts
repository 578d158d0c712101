import { inspect } from "node:util"
import type { Logger } from "@medusajs/framework/types"

export interface LogLine {
  readonly level: string
  readonly text: string
}

/** A logger that keeps what it is given, so that a test can read it. */
export class CollectingLogger implements Logger {
  readonly lines: LogLine[] = []

  panic = (data: unknown) => this.#add("panic", data)
  error = (message: string | Error, error?: Error) => this.#add("error", message, error)
  warn = (message: string) => this.#add("warn", message)
  info = (message: string) => this.#add("info", message)
  http = (message: string) => this.#add("http", message)
  debug = (message: string) => this.#add("debug", message)
  silly = (message: string) => this.#add("silly", message)
  verbose = (message: string) => this.#add("verbose", message)
  log = (...args: unknown[]) => this.#add("log", ...args)
  activity = (message: string) => {
    this.#add("activity", message)
    return message
  }
  progress = (_activityId: string, message: string) => this.#add("progress", message)
  success = (_activityId: string, message: string) => {
    this.#add("success", message)
    return {}
  }
  failure = (_activityId: string, message: string) => {
    this.#add("failure", message)
    return {}
  }
  shouldLog = () => true
  setLogLevel = () => undefined
  unsetLogLevel = () => undefined

  /** The texts of one level, or of all. */
  texts(level?: string): string[] {
    return this.lines.filter((line) => level === undefined || line.level === level).map((line) => line.text)
  }

  #add(level: string, ...parts: unknown[]): void {
    const text = parts.map(asText).join(" ")
    this.lines.push({ level, text })
  }
}

/** Everything that a log could show of it: a secret may stand in the cause of an error. */
function asText(part: unknown): string {
  return typeof part === "string" ? part : inspect(part, { depth: 10 })
}
