import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { promisify } from "node:util"
import { findNewerNode } from "../../tools/services/newer-node"

const ROOT = resolve(__dirname, "..", "..")

/** What meets Zstandard, which the oldest Node.js that is supported lacks. */
const PATHS = ["src/cache/", "src/providers/", "integration-tests/contract/memcached.spec.ts"]

interface Results {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly assertionResults: readonly { readonly title: string }[]
  }[]
}

jest.setTimeout(600_000)

const directory = mkdtempSync(join(tmpdir(), "newer-node-"))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

it("passes the tests of the cache, and the provider's contract, with a Node.js that has Zstandard", async () => {
  const outputFile = join(directory, "results.json")
  const jestProgram = join(ROOT, "node_modules", "jest", "bin", "jest.js")
  const options = ["--selectProjects", "unit", "contract", "--maxWorkers=2", "--json", `--outputFile=${outputFile}`]
  // A run of its own: not a worker of this one.
  const { JEST_WORKER_ID: _, ...env } = process.env
  await promisify(execFile)(findNewerNode(), [jestProgram, ...options, "--", ...PATHS], {
    cwd: ROOT,
    env,
    maxBuffer: 64 * 1024 * 1024,
  })
  const results = JSON.parse(readFileSync(outputFile, "utf8")) as Results

  expect(results.numFailedTests).toBe(0)
  for (const path of PATHS) expect(results.testResults.some(({ name }) => name.includes(path))).toBe(true)
  const titles = results.testResults.flatMap(({ assertionResults }) => assertionResults.map(({ title }) => title))
  expect(titles).toContain("reads Zstandard's windows of up to 8 MB: 2^23 bytes")
})
