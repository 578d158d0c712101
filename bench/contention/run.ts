import { type ChildProcess, fork } from "node:child_process"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { startMemcached } from "../../tools/services/memcached"
import { wholeNumber } from "../arguments"
import { messageOf } from "../message"
import { withProgram } from "../program"
import { median } from "../ratios"
import { memcachedStatistics } from "../server-statistics"
import type { ContentionReport, ContentionTask } from "./process-main"

export const CONTENTION_USAGE = `npm run bench -- --contention                  many processes that clear at the same time
npm run bench -- --contention --processes 16   so many; --clears 5 a second each, for --seconds 10, with --servers 1`

/** What a memcached has counted. */
interface Counters {
  readonly swapped: number
  readonly lost: number
  readonly gets: number
}

/**
 * Measures how processes that clear at the same time get in each other's way. The attempts that a swap takes are
 * counted by memcached. Times depend on the machine, and most of all on its number of cores.
 */
export async function runContentionBench(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      contention: { type: "boolean" },
      processes: { type: "string", multiple: true, default: ["4", "16", "40"] },
      clears: { type: "string", default: "5" },
      seconds: { type: "string", default: "10" },
      servers: { type: "string", default: "1" },
    },
  })
  const clearsPerSecond = wholeNumber("clears", values.clears)
  const seconds = wholeNumber("seconds", values.seconds)
  const servers = wholeNumber("servers", values.servers)
  delete process.env.MEMCACHED_SERVERS
  console.log(
    "| processes | clears | swaps per clear | attempts per swap | reads per clear | CPU ms per clear | p50 ms | p99 ms | slowest | pending |"
  )
  console.log("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
  // Sixteen processes that transpile would be measured in place of sixteen that clear.
  await withProgram(join(__dirname, "process-main.ts"), async (program) => {
    for (const processes of values.processes.map((text) => wholeNumber("processes", text))) {
      const started = await Promise.all(Array.from({ length: servers }, () => startMemcached()))
      const ports = started.map(({ servers: address }) => Number(address.split(":")[1]))
      console.log(await measure(program, processes, { ports, clearsPerSecond, seconds }))
    }
  })
}

async function measure(program: string, processes: number, task: ContentionTask): Promise<string> {
  const children = await Promise.all(Array.from({ length: processes }, () => start(program, task)))
  const before = await countersOf(task.ports)
  const reports = await Promise.all(
    children.map(async (child) => {
      child.send("go")
      return (await messageOf(child)) as ContentionReport
    })
  )
  const after = await countersOf(task.ports)
  const times = reports.flatMap((report) => report.times).sort((a, b) => a - b)
  const swapped = after.swapped - before.swapped
  const perClear = (count: number): string => (count / times.length).toFixed(2)
  return `| ${[
    processes,
    times.length,
    perClear(swapped),
    ((swapped + after.lost - before.lost) / swapped).toFixed(2),
    perClear(after.gets - before.gets),
    perClear(reports.reduce((sum, { cpuMs }) => sum + cpuMs, 0)),
    median(times).toFixed(1),
    (times[Math.floor(times.length * 0.99)] ?? Number.NaN).toFixed(1),
    (times.at(-1) ?? Number.NaN).toFixed(1),
    reports.reduce((sum, { pending }) => sum + pending, 0),
  ].join(" | ")} |`
}

async function start(program: string, task: ContentionTask): Promise<ChildProcess> {
  const child = fork(program, [], { stdio: ["ignore", "ignore", "inherit", "ipc"] })
  child.send(task)
  await messageOf(child)
  return child
}

async function countersOf(ports: readonly number[]): Promise<Counters> {
  const all = await Promise.all(ports.map(memcachedStatistics))
  const sum = (name: string): number => all.reduce((total, stats) => total + Number(stats.get(name) ?? Number.NaN), 0)
  return { swapped: sum("cas_hits"), lost: sum("cas_badval") + sum("cas_misses"), gets: sum("cmd_get") }
}
