import { execFile } from "node:child_process"
import { mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { runConcurrently } from "../concurrency"
import { quantile } from "../ratios"

const run = promisify(execFile)

export interface Load {
  readonly url: string
  /** Requested in turn. */
  readonly paths: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly connections: number
  readonly seconds: number
}

export interface LoadResult {
  readonly requests: number
  readonly requestsPerSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  /** Answers with a status of 400 or more, and connections that failed. */
  readonly failed: number
}

/** Puts a server under load with wrk, which takes less CPU for it than any client in JavaScript. */
export async function load({ url, paths, headers, connections, seconds }: Load): Promise<LoadResult> {
  const script = join(mkdtempSync(join(tmpdir(), "bench-http-")), "requests.lua")
  writeFileSync(script, scriptOf(paths, headers))
  // wrk leaves out of its percentiles what takes longer.
  const args = ["--timeout", "60s", "-t", "1", "-c", String(connections), "-d", `${seconds}s`, "-s", script, url]
  const { stdout } = await run("wrk", args).catch((error: unknown) => {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT"
    throw isMissing ? new Error("This needs wrk: apt-get install wrk, or brew install wrk.") : error
  })
  const line = /^RESULT (.*)$/m.exec(stdout)?.[1]
  if (line === undefined) throw new Error(`wrk has said nothing of use: ${stdout}`)
  const [requests = 0, micros = 1, p50 = 0, p99 = 0, failed = 0] = line.split(" ").map(Number)
  return { requests, requestsPerSecond: requests / (micros / 1e6), p50: p50 / 1000, p99: p99 / 1000, failed }
}

/** Asks for each path once. Whatever has begun is waited for: a few answers more or less would decide the figure. */
export async function loadEach({ url, paths, headers, connections }: Omit<Load, "seconds">): Promise<LoadResult> {
  const times: number[] = []
  let failed = 0
  const started = performance.now()
  await runConcurrently(paths.length, connections, async (i) => {
    const began = performance.now()
    const response = await fetch(url + (paths[i] ?? ""), { headers })
    await response.arrayBuffer()
    if (!response.ok) failed += 1
    times.push(performance.now() - began)
  })
  const requestsPerSecond = (1000 * paths.length) / (performance.now() - started)
  return { requests: paths.length, requestsPerSecond, p50: quantile(times, 0.5), p99: quantile(times, 0.99), failed }
}

const scriptOf = (paths: readonly string[], headers: Load["headers"]): string => `
local paths = { ${paths.map((path) => JSON.stringify(path)).join(", ")} }
local n = 0
${Object.entries(headers)
  .map(([name, value]) => `wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`)
  .join("\n")}
request = function()
  n = n + 1
  return wrk.format("GET", paths[n % #paths + 1])
end
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), e.connect + e.read + e.write + e.status + e.timeout))
end
`
