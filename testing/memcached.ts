import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { connect, type Socket } from "node:net"
import { setTimeout as delay } from "node:timers/promises"

import { findFreePort } from "../tools/services/free-port"
import { findMemcached } from "../tools/services/memcached"
import { acceptsConnections } from "../tools/services/wait-for-port"

const LOOPBACK = "127.0.0.1"
const START_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 2_000
const FREEZE_TIMEOUT_MS = 30_000
const POLL_MS = 10
const ATTEMPTS = 5

/**
 * Runs the program and ends it when standard input closes, which it does when this process ends for whatever reason, also
 * when a test runner is killed. Signals to the whole process group must not end the watcher before its work is done: a
 * frozen program outlives them. Prints the program's process id, which signals are sent to.
 */
const SUPERVISOR = `
exec 3<&0
"$@" 3<&- >/dev/null & child=$!
trap '' HUP INT TERM
(cat <&3 >/dev/null; kill -KILL $child 2>/dev/null) >/dev/null 2>&1 & watcher=$!
exec 3<&-
echo $child
wait $child
kill -KILL $watcher 2>/dev/null
`

export interface MemcachedOptions {
  /** Memory for items, in MiB. @default 64 */
  readonly memoryMb?: number
  /** More arguments, `["-I", "4m"]` for example. */
  readonly args?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** Address to listen on. @default 127.0.0.1 */
  readonly host?: string
}

/** Starts a memcached of the test's own on a free loopback port. End it with `stop()` in `afterAll` or `afterEach`. */
export async function startMemcached(options: MemcachedOptions = {}): Promise<MemcachedProcess> {
  for (let attempt = 1; ; attempt++) {
    const server = new MemcachedProcess(await findFreePort(options.host ?? LOOPBACK), options)
    try {
      await server.restart()
      return server
    } catch (error) {
      // Somebody else may have taken the port in between.
      await server.kill()
      if (attempt === ATTEMPTS) {
        throw error
      }
    }
  }
}

/** Have all threads of the process stopped? True where there is no /proc to look into, on macOS for example. */
function isStopped(pid: number): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).every((thread) => {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8")
      // The state follows the program's name, which is in parentheses and may contain some; see proc(5).
      return stat.slice(stat.lastIndexOf(")") + 2).startsWith("T")
    })
  } catch {
    return true
  }
}

/** More than any memcached of a test that is to have none left. */
const MANY_CONNECTIONS = 200

/** Takes every connection that is left, until memcached refuses one. Returns how to give them back. */
export async function takeAllConnections(port: number): Promise<() => void> {
  const sockets: Socket[] = []
  while (sockets.length < MANY_CONNECTIONS) {
    const socket = connect(port, LOOPBACK)
    sockets.push(socket)
    socket.on("error", () => undefined)
    const isTaken = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => socket.write("version\r\n"))
      socket.once("data", (answer: Buffer) => resolve(answer.toString().startsWith("VERSION")))
      socket.once("close", () => resolve(false))
    })
    if (!isTaken) return () => sockets.forEach((taken) => taken.destroy())
  }
  throw new Error("memcached takes any number of connections")
}

const FEATURE_OPTIONS = { tls: "--enable-ssl", sasl: "--enable-sasl" } as const

/** Was this memcached built with it? Not every package is. */
export function memcachedHas(feature: keyof typeof FEATURE_OPTIONS): boolean {
  return spawnSync(findMemcached(), ["-h"], { encoding: "utf8" }).stdout.includes(FEATURE_OPTIONS[feature])
}

/** A real memcached that can be killed, frozen and started again on the same port. */
export class MemcachedProcess {
  readonly host: string
  readonly port: number
  readonly #options: MemcachedOptions
  #supervisor: ChildProcess | undefined
  #pid: number | undefined
  #ended: Promise<void> = Promise.resolve()

  constructor(port: number, options: MemcachedOptions) {
    this.host = options.host ?? LOOPBACK
    this.port = port
    this.#options = options
  }

  /** `host:port` */
  get address(): string {
    return this.host.includes(":") ? `[${this.host}]:${this.port}` : `${this.host}:${this.port}`
  }

  /** Of memcached itself; undefined while it does not run. */
  get pid(): number | undefined {
    return this.#pid
  }

  /** Ends it in an orderly way: its connections are closed (FIN). */
  async stop(): Promise<void> {
    this.thaw()
    this.#signal("SIGTERM")
    const timer = setTimeout(() => this.#signal("SIGKILL"), STOP_TIMEOUT_MS)
    await this.#ended
    clearTimeout(timer)
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    this.#signal("SIGKILL")
    await this.#ended
  }

  /** It keeps its port and its connections, and answers nothing: not one more answer once this has returned. */
  freeze(): void {
    this.#signal("SIGSTOP")
    // kill(2) returns before all threads have stopped: one of them may still answer the next request.
    const deadline = Date.now() + FREEZE_TIMEOUT_MS
    while (this.#pid !== undefined && !isStopped(this.#pid)) {
      if (Date.now() > deadline) {
        throw new Error(`memcached on ${this.address} did not stop within ${FREEZE_TIMEOUT_MS} ms`)
      }
    }
  }

  thaw(): void {
    this.#signal("SIGCONT")
  }

  /** Empty again, on the same port. Kills it first if it runs. */
  async restart(): Promise<void> {
    await this.kill()
    const { memoryMb = 64, args = [], env = {} } = this.#options
    const all = ["-l", this.host, "-p", String(this.port), "-U", "0", "-m", String(memoryMb), ...args]
    // memcached refuses to run as root unless it is told which user to become.
    const asUser = process.getuid?.() === 0 ? ["-u", "nobody"] : []
    const supervisor = spawn("/bin/sh", ["-c", SUPERVISOR, "sh", findMemcached(), ...all, ...asUser], {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, ...env },
    })
    this.#supervisor = supervisor
    let complaints = ""
    supervisor.stderr.on("data", (chunk: Buffer) => (complaints += chunk.toString()))
    this.#ended = new Promise((resolve) => {
      supervisor.once("close", () => {
        this.#pid = undefined
        this.#supervisor = undefined
        supervisor.stdin.destroy()
        resolve()
      })
    })
    this.#pid = await new Promise<number>((resolve, reject) => {
      supervisor.once("error", reject)
      supervisor.stdout.once("data", (chunk: Buffer) => resolve(Number(chunk.toString())))
    })
    await this.#untilListening(() => complaints)
  }

  async #untilListening(complaints: () => string): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS
    while (!(await acceptsConnections(this.host, this.port))) {
      if (this.#supervisor === undefined || Date.now() > deadline) {
        throw new Error(`memcached does not listen on ${this.address}: ${complaints()}`)
      }
      await delay(POLL_MS)
    }
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#pid === undefined) {
      return
    }
    try {
      process.kill(this.#pid, signal)
    } catch {
      // It has ended by itself.
    }
  }
}
