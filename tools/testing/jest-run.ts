import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startChild } from "../services/child-processes"
import type { Suite } from "./suite"
import { NONE, totalsOf, type JestReport, type Totals } from "./totals"

/** A suite that hangs fails; one on a machine that is busy with other things as well does not. */
const TIMEOUT_MS = 45 * 60_000

/** Runs one suite in a process of its own and returns what it counted. */
export async function runJest(suite: Suite, patterns: string[], environment: NodeJS.ProcessEnv): Promise<Totals> {
  // Of its own: what a run that was killed has left behind must not be read as the report of this one.
  const directory = mkdtempSync(join(tmpdir(), `jest-${suite.name}-`))
  const reportFile = join(directory, "report.json")
  const child = await startChild({
    command: process.execPath,
    args: [
      // Medusa loads parts of itself with import(), which jest's virtual machine refuses without this.
      "--experimental-vm-modules",
      "--disable-warning=ExperimentalWarning",
      require.resolve("jest/bin/jest"),
      "--selectProjects",
      suite.name,
      "--json",
      `--outputFile=${reportFile}`,
      "--passWithNoTests",
      // Five seconds, the default, are too few for a test with real servers on a busy machine.
      "--testTimeout=120000",
      ...suite.jestArguments,
      ...(patterns.length > 0 ? ["--testPathPattern", ...patterns] : []),
    ],
    env: {
      LOG_LEVEL: "error",
      ...process.env,
      ...environment,
      NODE_ENV: "test",
      TEST_TYPE: suite.testType,
    },
    output: "inherit",
  })
  const timer = setTimeout(() => {
    console.error(`${suite.name}: stopped after ${TIMEOUT_MS / 60_000} minutes`)
    void child.stop()
  }, TIMEOUT_MS)
  const exitCode = await child.ended
  clearTimeout(timer)
  const report = readReport(reportFile)
  rmSync(directory, { recursive: true, force: true })
  return judge(suite, exitCode, report)
}

function judge(suite: Suite, exitCode: number, report: JestReport | undefined): Totals {
  const totals = report === undefined ? NONE : totalsOf(report)
  // Jest may die after, or fail for another reason than, the tests that it has counted.
  if (exitCode !== 0 && totals.failed === 0) {
    console.error(`${suite.name}: jest ended with code ${exitCode}`)
    return { ...totals, failed: 1 }
  }
  return totals
}

function readReport(file: string): JestReport | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as JestReport
  } catch {
    return undefined
  }
}
