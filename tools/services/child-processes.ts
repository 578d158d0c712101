import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process"
import { closeSync, openSync } from "node:fs"
import { setTimeout as delay } from "node:timers/promises"

const STOP_GRACE_MS = 10_000
const PREPARE_GRACE_MS = 3_000

export interface ChildOptions {
  command: string
  args: string[]
  cwd?: string
  env?: NodeJS.ProcessEnv
  uid?: number
  gid?: number
  /** Where its output goes: a file that is appended to, this terminal, or nowhere. */
  output?: { file: string } | "inherit" | "ignore"
  /** The signal on which it ends in an orderly way. */
  stopSignal?: NodeJS.Signals
}

export interface RunningChild {
  readonly pid: number
  hasEnded(): boolean
  /** The exit code, or 128 and more when a signal ended it. */
  readonly ended: Promise<number>
  stop(): Promise<void>
}

const running: RunningChild[] = []
const beforeStops: (() => Promise<void>)[] = []
const cleanups: (() => void)[] = []
let handlersInstalled = false
let stopping: Promise<void> | undefined

/**
 * Starts a process in a process group of its own and makes sure that it does not outlive this one.
 *
 * Its own group, because the terminal sends Ctrl-C to the whole foreground group: the database would go down together
 * with the store that still needs it. It also lets one signal reach the grandchildren.
 */
export async function startChild(options: ChildOptions): Promise<RunningChild> {
  installHandlers()
  const output = options.output ?? "ignore"
  const file = typeof output === "object" ? openSync(output.file, "a") : undefined
  const stream = file ?? (output as "inherit" | "ignore")
  const spawnOptions: SpawnOptions = {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: true,
    stdio: ["ignore", stream, stream],
  }
  if (options.uid !== undefined) {
    spawnOptions.uid = options.uid
    spawnOptions.gid = options.gid
  }
  const child = spawn(options.command, options.args, spawnOptions)
  if (file !== undefined) {
    closeSync(file)
  }
  const pid = await spawned(child)

  let hasEnded = false
  const ended = new Promise<number>((resolve) => {
    child.once("exit", (code, signal) => {
      hasEnded = true
      remove(handle)
      resolve(code ?? (signal === null ? 1 : 128))
    })
  })
  const handle: RunningChild = {
    pid,
    ended,
    hasEnded: () => hasEnded,
    stop: () => stopGroup(pid, ended, options.stopSignal ?? "SIGTERM"),
  }
  running.push(handle)
  return handle
}

/** Runs synchronously when this process ends, after the children have ended: removes temporary directories. */
export function onExit(cleanup: () => void): void {
  installHandlers()
  cleanups.push(cleanup)
}

/** Runs before the first child is stopped: whoever uses the children finishes, within a few seconds. */
export function beforeStop(prepare: () => Promise<void>): void {
  beforeStops.push(prepare)
}

export function isStopping(): boolean {
  return stopping !== undefined
}

export function runningChildren(): readonly RunningChild[] {
  return running
}

/** Ends every child, the last started first: a store goes before the database that it uses. */
export function stopChildren(): Promise<void> {
  stopping ??= (async () => {
    const preparations = Promise.allSettled(beforeStops.map((prepare) => prepare()))
    await Promise.race([preparations, delay(PREPARE_GRACE_MS, undefined, { ref: false })])
    for (const child of [...running].reverse()) {
      await child.stop()
    }
    stopping = undefined
  })()
  return stopping
}

function spawned(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject)
    child.once("spawn", () => {
      child.removeListener("error", reject)
      child.on("error", () => undefined)
      if (child.pid === undefined) {
        reject(new Error("The process has no id"))
      } else {
        resolve(child.pid)
      }
    })
  })
}

async function stopGroup(pid: number, ended: Promise<number>, signal: NodeJS.Signals): Promise<void> {
  signalGroup(pid, signal)
  const timer = setTimeout(() => signalGroup(pid, "SIGKILL"), STOP_GRACE_MS)
  await ended
  clearTimeout(timer)
  // Whatever the process has left behind in its group.
  signalGroup(pid, "SIGKILL")
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // The group is gone, which is what was wanted.
  }
}

function remove(handle: RunningChild): void {
  const position = running.indexOf(handle)
  if (position >= 0) {
    running.splice(position, 1)
  }
}

function installHandlers(): void {
  if (handlersInstalled) {
    return
  }
  handlersInstalled = true
  const endWith = (code: number): void => {
    void stopChildren().finally(() => process.exit(code))
  }
  process.on("SIGINT", () => endWith(130))
  process.on("SIGTERM", () => endWith(143))
  process.on("SIGHUP", () => endWith(129))
  const fail = (error: unknown): void => {
    console.error(error)
    endWith(1)
  }
  process.on("uncaughtException", fail)
  process.on("unhandledRejection", fail)
  process.on("exit", () => {
    for (const child of running) {
      signalGroup(child.pid, "SIGKILL")
    }
    for (const cleanup of cleanups) {
      cleanup()
    }
  })
}
