import { parseArgs } from "node:util"
import { stopChildren } from "./services/child-processes"
import { formatSeconds } from "./services/progress"
import { runJest } from "./testing/jest-run"
import { SUITES, type Suite } from "./testing/suite"
import { startTestEnvironment } from "./testing/test-environment"
import { add, formatTotals, NONE, type Totals } from "./testing/totals"

const USAGE = `npm test                       all suites
npm test -- --only unit        one of: ${SUITES.map((suite) => suite.name).join(", ")}; may be repeated
npm test -- src/cache/memcached   only test files whose path matches`

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { only: { type: "string", multiple: true }, help: { type: "boolean" } },
    allowPositionals: true,
  })
  if (values.help === true) {
    console.log(USAGE)
    return 0
  }
  const suites = selectSuites(values.only ?? [])
  const environment = suites.some((suite) => suite.needsServices) ? await startTestEnvironment() : {}

  let totals: Totals = NONE
  for (const suite of suites) {
    console.log(`\n── ${suite.name}`)
    const started = Date.now()
    const counted = await runJest(suite, positionals, environment)
    console.log(`${suite.name}: ${formatTotals(counted)} (${formatSeconds(Date.now() - started)})`)
    totals = add(totals, counted)
  }
  await stopChildren()
  if (totals.passed + totals.failed === 0) {
    console.error("No tests were run")
  }
  console.log(`\n${formatTotals(totals)}`)
  return totals.failed === 0 && totals.passed > 0 ? 0 : 1
}

function selectSuites(names: string[]): Suite[] {
  const unknown = names.find((name) => !SUITES.some((suite) => suite.name === name))
  if (unknown !== undefined) {
    throw new Error(`There is no suite "${unknown}".\n${USAGE}`)
  }
  return SUITES.filter((suite) => names.length === 0 || names.includes(suite.name))
}

main().then(
  (code) => process.exit(code),
  async (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    await stopChildren()
    process.exit(1)
  }
)
