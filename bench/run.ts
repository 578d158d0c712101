import { parseArgs } from "node:util"
import { stopChildren } from "../tools/services/child-processes"
import { startMemcached } from "../tools/services/memcached"
import { startRedis } from "../tools/services/redis"
import { chosenNames, wholeNumber } from "./arguments"
import { allCases } from "./cases/all-cases"
import { openMemcachedProvider } from "./contenders/memcached-provider"
import { openRawMemjs } from "./contenders/raw-memjs"
import { openRedisProvider } from "./contenders/redis-provider"
import { type CaseResult, formatTable, LEGEND } from "./report"
import { CONTENTION_USAGE, runContentionBench } from "./contention/run"
import { HTTP_USAGE, runHttpBench } from "./http/run"
import { runRounds } from "./rounds"
import { describeVersions } from "./versions"

const ROUNDS = 9
const QUICK_ROUNDS = 3
const WARM_UP_ROUNDS = 2

const USAGE = `npm run bench                                  everything, in about three minutes
npm run bench -- --quick                       with fewer rounds
npm run bench -- --case hit-large-1            one case, or several
npm run bench -- --rounds 15                   with so many rounds
npm run bench -- --meta                        with a second one of this plugin, in the meta protocol
npm run bench -- --markdown                    as a table for a README
npm run bench -- --provider <file>             a compiled provider in place of the sources
npm run bench -- --list                        the names of the cases
${HTTP_USAGE}
${CONTENTION_USAGE}`

async function main(): Promise<void> {
  const args = process.argv.slice(2)
  if (args.includes("--http")) return runHttpBench(args)
  if (args.includes("--contention")) return runContentionBench(args)
  const { values } = parseArgs({
    options: {
      quick: { type: "boolean", default: false },
      case: { type: "string", multiple: true, default: [] },
      rounds: { type: "string" },
      meta: { type: "boolean", default: false },
      markdown: { type: "boolean", default: false },
      provider: { type: "string" },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  })
  if (values.help) {
    console.log(USAGE)
    return
  }
  const everything = allCases()
  const chosen = chosenNames(
    "case",
    values.case,
    everything.map(({ name }) => name)
  )
  const cases = everything.filter(({ name }) => chosen.includes(name))
  if (values.list) {
    console.log(cases.map(({ name, title }) => `${name.padEnd(20)}${title}`).join("\n"))
    return
  }
  const rounds =
    values.rounds === undefined ? (values.quick ? QUICK_ROUNDS : ROUNDS) : wholeNumber("rounds", values.rounds)

  // Servers of its own, always: what is measured must not depend on, or disturb, what somebody else keeps there.
  delete process.env.MEMCACHED_SERVERS
  delete process.env.REDIS_URL
  const [memcached, redis] = await Promise.all([startMemcached(), startRedis()])
  const contenders = [
    await openMemcachedProvider("memcached", memcached.servers, values.provider),
    ...(values.meta ? [await openMemcachedProvider("meta", memcached.servers, values.provider)] : []),
    await openRedisProvider(redis.url),
    openRawMemjs(memcached.servers),
  ]
  const results: CaseResult[] = []
  for (const benchCase of cases) {
    const started = performance.now()
    results.push({
      benchCase,
      measurements: await runRounds(benchCase, contenders, { rounds, warmUpRounds: WARM_UP_ROUNDS }),
    })
    // Not among the results, which may be redirected into a file.
    console.error(`${benchCase.name} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
  }
  console.log(`\n${formatTable(results, values.markdown)}\n`)
  console.log([LEGEND, `${rounds} rounds each. ${describeVersions().join("; ")}.`].join("\n"))
  for (const contender of contenders) await contender.close()
}

main()
  .catch((error: unknown) => {
    console.error(error)
    process.exitCode = 1
  })
  .finally(() => stopChildren())
  .finally(() => process.exit())
