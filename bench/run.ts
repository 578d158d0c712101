import { parseArgs } from "node:util"
import { stopChildren } from "../tools/services/child-processes"
import { chosenNames, wholeNumber } from "./arguments"
import { allCases } from "./cases/all-cases"
import { CONTENTION_USAGE, runContentionBench } from "./contention/run"
import { HTTP_USAGE, runHttpBench } from "./http/run"
import { writeFigures } from "./figures"
import { MEMORY_USAGE, runMemoryBench } from "./memory"
import { formatGoals, formatTable, LEGEND } from "./report"
import { measureInStarts } from "./starts"
import { describeVersions } from "./versions"

const FULL = { starts: 3, rounds: 9 }
const QUICK = { starts: 1, rounds: 3 }

const USAGE = `npm run bench                                  everything, in three starts, in about ten minutes
npm run bench -- --quick                       in one start, with fewer rounds: about a minute
npm run bench -- --case hit-large-1            one case, or several
npm run bench -- --rounds 15 --starts 5        with so many rounds in each of so many starts
npm run bench -- --binary                      with a second row of this plugin, in the binary protocol
npm run bench -- --markdown                    as Markdown
npm run bench -- --write                       into docs/performance.md
npm run bench -- --provider <file>             a compiled provider in place of the sources
npm run bench -- --list                        the names of the cases
${HTTP_USAGE}
${CONTENTION_USAGE}
${MEMORY_USAGE}`

async function main(): Promise<void> {
  const args = process.argv.slice(2)
  if (args.includes("--http")) return runHttpBench(args)
  if (args.includes("--contention")) return runContentionBench(args)
  if (args.includes("--memory")) return runMemoryBench()
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      case: { type: "string", multiple: true, default: [] },
      rounds: { type: "string" },
      starts: { type: "string" },
      binary: { type: "boolean", default: false },
      markdown: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      provider: { type: "string" },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  })
  if (values.help) {
    console.log(USAGE)
    return
  }
  const all = allCases()
  const names = chosenNames(
    "case",
    values.case,
    all.map(({ name }) => name)
  )
  const cases = all.filter(({ name }) => names.includes(name))
  if (values.list) {
    console.log(cases.map(({ name, title }) => `${name.padEnd(20)}${title}`).join("\n"))
    return
  }
  if (values.write && (cases.length < all.length || values.quick || values.binary || values.provider !== undefined)) {
    throw new Error("--write writes a full run: it takes no --case, --quick, --binary or --provider")
  }
  const usual = values.quick ? QUICK : FULL
  const rounds = values.rounds === undefined ? usual.rounds : wholeNumber("rounds", values.rounds)
  const starts = values.starts === undefined ? usual.starts : wholeNumber("starts", values.starts)

  // Servers of its own, always: what is measured must not depend on, or disturb, what somebody else keeps there.
  delete process.env.MEMCACHED_SERVERS
  delete process.env.REDIS_URL
  const { binary: hasBinary, provider } = values
  const results = await measureInStarts(starts, { cases: names, rounds, hasBinary, provider })
  const conditions = `${rounds} rounds in each of ${starts} starts, ${new Date().toISOString().slice(0, 10)}. ${describeVersions().join("; ")}.`
  if (values.write) await writeFigures(formatTable(cases, results, true), [...LEGEND, conditions])
  const table = formatTable(cases, results, values.markdown)
  console.log(["", table, "", formatGoals(cases, results), "", ...LEGEND, conditions].join("\n"))
}

main()
  .catch((error: unknown) => {
    console.error(error)
    process.exitCode = 1
  })
  .finally(() => stopChildren())
  .finally(() => process.exit())
