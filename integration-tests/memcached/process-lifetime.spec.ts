import { spawn } from "node:child_process"
import { join } from "node:path"

import { type MemcachedProcess, startMemcached } from "../../testing/memcached"

const ROOT = join(__dirname, "../..")

let memcached: MemcachedProcess

beforeEach(async () => {
  memcached = await startMemcached()
})
afterEach(() => memcached.kill())

/** A process that waited for its client, which has nothing to do, would live for so long. */
const PATIENCE_MS = 12_000

/** Runs a script that has a `client`, and resolves with what it printed, how it ended, and how long the rest took. */
function run(
  script: string,
  timeoutMs = PATIENCE_MS
): Promise<{ output: string; code: number | null; lifetimeMs: number }> {
  const source = `
    const { DependableServer } = require("./src/cache/memcached/index.ts")
    const client = new DependableServer({ host: "127.0.0.1", port: ${memcached.port}, timeoutMs: ${timeoutMs} })
    const get = (done) => client.submit({ op: "get", key: "key" }, done)
    const main = async () => {
      console.log("start")
      ${script}
    }
    void main()`
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--require", "tsx/cjs", "--eval", source], { cwd: ROOT })
    let output = ""
    let startedAt = 0
    child.stdout.on("data", (chunk: Buffer) => {
      startedAt ||= performance.now()
      output += chunk.toString()
    })
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()))
    child.once("error", reject)
    child.once("close", (code) => resolve({ output, code, lifetimeMs: performance.now() - startedAt }))
  })
}

describe("a process", () => {
  it("ends by itself when the client is idle, although it was never closed", async () => {
    const { output, code, lifetimeMs } = await run(`get((reply) => console.log(reply.status))`)
    expect(output).toBe("start\nmissing\n")
    expect(code).toBe(0)
    expect(lifetimeMs).toBeLessThan(PATIENCE_MS - 500)
  }, 60_000)

  it("does not end while a command is outstanding", async () => {
    memcached.freeze()
    const { output, lifetimeMs } = await run(`get((reply) => console.log(reply.status))`, 5_000)
    expect(output).toBe("start\nunreachable\n")
    expect(lifetimeMs).toBeGreaterThan(900)
  }, 60_000)

  it("ends by itself while the server is down and probed for", async () => {
    await memcached.kill()
    const { output, code, lifetimeMs } = await run(`get((reply) => console.log(reply.status))`)
    expect(output).toBe("start\nunreachable\n")
    expect(code).toBe(0)
    expect(lifetimeMs).toBeLessThan(PATIENCE_MS - 500)
  }, 60_000)

  it("ends by itself while no name server answers for several names, as soon as a lookup that has begun is over", async () => {
    const { output, code } = await run(`
      require("node:dns").lookup = (name, options, done) => void setTimeout(done, 2_500, new Error("no answer"))
      setTimeout(() => process.exit(1), 20_000).unref()
      for (const host of ["a.internal", "b.internal"]) {
        const server = new DependableServer({ host, port: 11211 })
        server.submit({ op: "get", key: "key" }, (reply) => console.log(reply.status))
      }`)
    expect(output).toBe("start\nunreachable\nunreachable\n")
    expect(code).toBe(0)
  }, 60_000)

  it("waits for close and for a diagnosis", async () => {
    const { output } = await run(`
      get((reply) => console.log(reply.status))
      await client.close()
      console.log("closed")
      console.log(await client.diagnose())`)
    expect(output).toBe("start\nmissing\nclosed\nundefined\n")
  }, 60_000)
})
