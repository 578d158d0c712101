import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { type RunningChild, startChild } from "../services/child-processes"
import { findFreePort } from "../services/free-port"
import { eventually } from "./eventually"
import type { PackageManager } from "./package-manager"

const FIXTURES = resolve(__dirname, "..", "..", "integration-tests", "install")
const START_TIMEOUT_MS = 180_000
const INSTALL_TIMEOUT_MS = 15 * 60_000
const LAST_LINES = 25

export interface ShopOptions {
  readonly directory: string
  readonly manager: PackageManager
  readonly medusa: string
  /** The file that npm pack has made. */
  readonly plugin: string
  readonly env: NodeJS.ProcessEnv
}

export interface RunningShop {
  readonly url: string
  /** The end of what it has written. */
  lastLines(): string
  stop(): Promise<void>
}

/** An application of somebody else, in a folder of its own that knows nothing of this repository. */
export class Shop {
  readonly directory: string
  readonly #options: ShopOptions
  readonly #logs: string

  constructor(options: ShopOptions) {
    this.#options = options
    this.directory = join(options.directory, "shop")
    this.#logs = join(options.directory, "logs")
    mkdirSync(this.#logs, { recursive: true })
    cpSync(join(FIXTURES, "fixture"), this.directory, { recursive: true })
    this.#writeManifest()
    options.manager.configure(this.directory)
  }

  async install(): Promise<void> {
    const [command, ...args] = this.#options.manager.install
    await this.#run("install", command, args, INSTALL_TIMEOUT_MS)
  }

  /** Runs a command of Medusa to its end. */
  async medusa(...args: [name: string, ...rest: string[]]): Promise<void> {
    await this.#run(args[0].replace(":", "-"), process.execPath, [this.#cli, ...args], START_TIMEOUT_MS)
  }

  /** `medusa build` leaves a whole application in a folder, and that is where it is started. */
  startBuilt(): Promise<RunningShop> {
    return this.#start("start", ["start"], join(this.directory, ".medusa", "server"), { NODE_ENV: "production" })
  }

  /** From its TypeScript files. */
  startSources(env: NodeJS.ProcessEnv = {}): Promise<RunningShop> {
    return this.#start("start-sources", ["start"], this.directory, { NODE_ENV: "production", ...env })
  }

  startDeveloping(env: NodeJS.ProcessEnv = {}): Promise<RunningShop> {
    return this.#start("develop", ["develop"], this.directory, { NODE_ENV: "development", ...env })
  }

  useConfiguration(fixture: "second-provider"): void {
    cpSync(join(FIXTURES, fixture, "medusa-config.ts"), join(this.directory, "medusa-config.ts"))
  }

  /** Without npx in between, which would not hand on signals. */
  get #cli(): string {
    return join(this.directory, "node_modules", "@medusajs", "cli", "cli.js")
  }

  #writeManifest(): void {
    const { medusa, plugin } = this.#options
    const file = join(this.directory, "package.json")
    const manifest = JSON.parse(readFileSync(file, "utf8")) as { dependencies: Record<string, string> }
    for (const name of Object.keys(manifest.dependencies)) manifest.dependencies[name] = medusa
    manifest.dependencies["medusa-plugin-memcached"] = `file:${plugin}`
    writeFileSync(file, JSON.stringify(manifest, null, 2))
  }

  async #start(name: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<RunningShop> {
    const port = await findFreePort()
    const url = `http://localhost:${port}`
    const cors = { STORE_CORS: url, ADMIN_CORS: url, AUTH_CORS: url }
    const command = [this.#cli, ...args, "--host", "127.0.0.1", "--port", String(port)]
    const { child, lastLines } = await this.#spawn(name, process.execPath, command, cwd, { ...cors, ...env })
    const ask = async (): Promise<number | "ended"> =>
      child.hasEnded() ? "ended" : (await fetch(`${url}/health`)).status
    const answer = await eventually(
      "an answer of /health",
      ask,
      (seen) => seen === "ended" || seen === 200,
      START_TIMEOUT_MS
    )
    if (answer === "ended") throw new Error(`medusa ${args.join(" ")} has ended:\n${lastLines()}`)
    return { url, lastLines, stop: () => child.stop() }
  }

  async #run(name: string, command: string, args: readonly string[], timeoutMs: number): Promise<void> {
    const { child, lastLines } = await this.#spawn(name, command, args, this.directory)
    const timer = setTimeout(() => void child.stop(), timeoutMs)
    const exitCode = await child.ended
    clearTimeout(timer)
    if (exitCode !== 0) throw new Error(`${name} ended with code ${exitCode}:\n${lastLines()}`)
  }

  async #spawn(name: string, command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}) {
    const file = join(this.#logs, `${name}.log`)
    const options = { command, args: [...args], cwd, env: { ...this.#options.env, ...env }, output: { file } }
    const child: RunningChild = await startChild(options)
    return { child, lastLines: () => readFileSync(file, "utf8").trimEnd().split("\n").slice(-LAST_LINES).join("\n") }
  }
}
