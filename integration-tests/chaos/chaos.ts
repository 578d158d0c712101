import { build } from "esbuild"
import { mkdirSync, rmSync } from "node:fs"
import { join, resolve } from "node:path"
import { Worker } from "node:worker_threads"
import { type MemcachedProcess, startMemcached } from "../../testing/memcached"
import { makeTrouble } from "./faults"
import type { ProcessInput } from "./process"
import { addTally, emptyTally, type Tally } from "./tally"
import { Truth } from "./truth"

const ROOT = resolve(__dirname, "../..")
const PREFIX = "chaos"
const PROVIDER = join(ROOT, "src", "providers", "memcached", "index.ts")

/** One for each process: all of them share what is stored. */
const PROTOCOLS = ["auto", "meta", "binary"] as const

export interface ChaosResult extends Tally {
  readonly faults: string
}

/** Several processes on real memcacheds to which everything happens that can. */
export async function runChaos(processes: number, seconds: number, servers = 1): Promise<ChaosResult> {
  const running = await Promise.all(Array.from({ length: servers }, () => startMemcached({ memoryMb: 16 })))
  try {
    let ended = false
    const trouble = makeTrouble(running, PREFIX, () => ended)
    const tally = await runOnMemcached(processes, seconds, running, { pauses: true, source: PROVIDER }).finally(
      () => (ended = true)
    )
    return { ...tally, faults: await trouble }
  } finally {
    await Promise.all(running.map((server) => server.stop()))
  }
}

/** The same load without a single fault. */
export async function runCalmly(processes: number, seconds: number, source = PROVIDER): Promise<Tally> {
  const server = await startMemcached({ memoryMb: 16 })
  return runOnMemcached(processes, seconds, [server], { pauses: false, source }).finally(() => server.stop())
}

/** The same on the official Redis provider: shows what the load can show. */
export function runOnRedis(processes: number, seconds: number, port: number): Promise<Tally> {
  const options = { redisUrl: `redis://127.0.0.1:${port}`, prefix: `${PREFIX}-${process.pid}:` }
  const provider = { id: "redis", resolve: "@medusajs/caching-redis", options }
  return runProcesses(processes, () => ({ provider, milliseconds: seconds * 1000, pauses: false }))
}

async function runOnMemcached(
  processes: number,
  seconds: number,
  servers: readonly MemcachedProcess[],
  { pauses, source }: { readonly pauses: boolean; readonly source: string }
): Promise<Tally> {
  const resolve = await bundle(source)
  const inputOf = (process: number): Omit<ProcessInput, "memory"> => {
    const protocol = source === PROVIDER ? { protocol: PROTOCOLS[process % PROTOCOLS.length] } : {}
    const serverUrls = servers.map(({ address }) => address)
    const provider = { id: "memcached", resolve, options: { serverUrls, cachePrefix: PREFIX, ...protocol } }
    return { provider, milliseconds: seconds * 1000, pauses }
  }
  return runProcesses(processes, inputOf).finally(() => rmSync(resolve))
}

async function runProcesses(count: number, inputOf: (process: number) => Omit<ProcessInput, "memory">): Promise<Tally> {
  const program = await bundle(join(__dirname, "process.ts"))
  const { memory } = new Truth()
  try {
    const tallies = await Promise.all(
      Array.from({ length: count }, (_, process) => runProcess(program, { ...inputOf(process), memory }))
    )
    return tallies.reduce(addTally, emptyTally())
  } finally {
    rmSync(program)
  }
}

function runProcess(program: string, workerData: ProcessInput): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(program, { workerData })
    worker.once("message", (tally: Tally) => {
      resolve(tally)
      // Other providers' connections would keep it alive.
      void worker.terminate()
    })
    worker.once("error", reject)
    worker.once("exit", (code) => reject(new Error(`A process ended without a result, with code ${code}`)))
  })
}

let bundles = 0

/** One file for worker threads, which do not read TypeScript. */
async function bundle(source: string): Promise<string> {
  const directory = join(ROOT, ".cache")
  mkdirSync(directory, { recursive: true })
  const outfile = join(directory, `chaos-${process.pid}-${++bundles}.cjs`)
  await build({
    entryPoints: [source],
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
