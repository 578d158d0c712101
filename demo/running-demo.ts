import { execFileSync } from "node:child_process"
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { runningChildren } from "../tools/services/child-processes"
import { DEMO_DIRECTORY } from "./settings"

const FILE = join(DEMO_DIRECTORY, "running.json")
const END_TIMEOUT_MS = 10_000
const POLL_MS = 50

interface Process {
  pid: number
  command: string
}

/** The demo that runs, as the other commands and the next start see it. */
export interface RunningDemo extends Process {
  /** What it has started, to be ended by the next start if it dies without having done so itself. */
  children: Process[]
  memcachedServers: string
  url: string
}

export function saveRunningDemo(demo: Pick<RunningDemo, "memcachedServers" | "url">): void {
  mkdirSync(DEMO_DIRECTORY, { recursive: true })
  const children = runningChildren().map(({ pid }) => ({ pid, command: commandOf(pid) }))
  const saved: RunningDemo = { pid: process.pid, command: commandOf(process.pid), children, ...demo }
  writeFileSync(FILE, JSON.stringify(saved, null, 2))
}

export function forgetRunningDemo(): void {
  rmSync(FILE, { force: true })
}

/** The demo that runs now, if one does. */
export function findRunningDemo(): RunningDemo | undefined {
  const demo = readFile()
  return demo !== undefined && isRunning(demo) ? demo : undefined
}

/** Ends what a demo has left behind that was killed before it could do so itself. */
export async function endLeftovers(): Promise<void> {
  for (const child of [...(readFile()?.children ?? [])].reverse().filter(isRunning)) {
    console.log(`Ending process ${child.pid}, which an earlier demo has left behind`)
    process.kill(-child.pid, "SIGINT")
    const deadline = Date.now() + END_TIMEOUT_MS
    while (isRunning(child)) {
      if (Date.now() > deadline) {
        process.kill(-child.pid, "SIGKILL")
      }
      await delay(POLL_MS)
    }
  }
  forgetRunningDemo()
}

function readFile(): RunningDemo | undefined {
  try {
    return JSON.parse(readFileSync(FILE, "utf8")) as RunningDemo
  } catch {
    return undefined
  }
}

/** A process with that number which is also the same program: numbers are used again. */
function isRunning({ pid, command }: Process): boolean {
  return command !== "" && commandOf(pid) === command
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim()
  } catch {
    return askPs(pid)
  }
}

/** For systems without /proc. */
function askPs(pid: number): string {
  try {
    return execFileSync("ps", ["-o", "args=", "-p", String(pid)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim()
  } catch {
    return ""
  }
}
