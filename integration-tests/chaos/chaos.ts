import { build } from "esbuild"
import { mkdirSync, rmSync } from "node:fs"
import { join, resolve } from "node:path"
import { Worker } from "node:worker_threads"
import { startMemcached } from "../helpers/memcached"
import { makeTrouble } from "./faults"
import type { ProcessInput } from "./process"
import { addTally, emptyTally, type Tally } from "./tally"
import { Truth } from "./truth"

const ROOT = resolve(__dirname, "../..")
const PREFIX = "chaos"

export interface ChaosResult extends Tally {
  readonly faults: string
}

/** Several processes on a real memcached to which everything happens that can. */
export async function runChaos(processes: number, seconds: number): Promise<ChaosResult> {
  const server = await startMemcached({ memoryMb: 16 })
  try {
    let ended = false
    const trouble = makeTrouble(server, PREFIX, () => ended)
    const tally = await runProcesses(processes, {
      subject: "memcached",
      port: server.port,
      prefix: PREFIX,
      milliseconds: seconds * 1000,
      pauses: true,
    }).finally(() => (ended = true))
    return { ...tally, faults: await trouble }
  } finally {
    await server.stop()
  }
}

/** The same load without a single fault, on the official Redis provider: shows what the load can convict. */
export function runOnRedis(processes: number, seconds: number, port: number): Promise<Tally> {
  const prefix = `${PREFIX}-${process.pid}`
  return runProcesses(processes, { subject: "redis", port, prefix, milliseconds: seconds * 1000, pauses: false })
}

async function runProcesses(count: number, input: Omit<ProcessInput, "memory">): Promise<Tally> {
  const bundle = await bundleProcess()
  const { memory } = new Truth()
  try {
    const tallies = await Promise.all(Array.from({ length: count }, () => runProcess(bundle, { ...input, memory })))
    return tallies.reduce(addTally, emptyTally())
  } finally {
    rmSync(bundle)
  }
}

function runProcess(bundle: string, workerData: ProcessInput): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(bundle, { workerData })
    worker.once("message", resolve)
    worker.once("error", reject)
    worker.once("exit", (code) => reject(new Error(`A process ended without a result, with code ${code}`)))
  })
}

/** One file for worker threads, which do not read TypeScript. */
async function bundleProcess(): Promise<string> {
  const directory = join(ROOT, ".cache")
  mkdirSync(directory, { recursive: true })
  const outfile = join(directory, `chaos-${process.pid}-${Date.now()}.cjs`)
  await build({
    entryPoints: [join(__dirname, "process.ts")],
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    packages: "external",
    logLevel: "silent",
    outfile,
  })
  return outfile
}
