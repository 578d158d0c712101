import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { startMemcached } from "../testing/memcached"
import { packPlugin } from "./install-test/packed-plugin"
import { PACKAGE_MANAGERS, type PackageManager } from "./install-test/package-manager"
import { add, formatTotals, NONE, Report, type Totals } from "./install-test/report"
import { type Part, PARTS, runShop, type ShopRun } from "./install-test/shop-run"
import { supportedMedusa } from "./install-test/supported-medusa"
import { onExit, stopChildren } from "./services/child-processes"
import { findChromium } from "./services/chromium"
import { startPostgres } from "./services/postgres"
import { formatSeconds, showProgress } from "./services/progress"
import { startRedis } from "./services/redis"

const { oldest, latest } = supportedMedusa()

const USAGE = `npm run test:install                        each package manager with Medusa ${latest}, and npm with ${oldest}
npm run test:install -- --manager pnpm      one of: ${PACKAGE_MANAGERS.map(({ name }) => name).join(", ")}
npm run test:install -- --medusa 2.20.0     npm, or the manager that is named, with this version
npm run test:install -- --only develop      after what comes first in any case: ${PARTS.join(", ")}; may be repeated
npm run test:install -- --keep              leaves the shops where they are`

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      manager: { type: "string" },
      medusa: { type: "string" },
      only: { type: "string", multiple: true },
      keep: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  })
  if (values.help) {
    console.log(USAGE)
    return 0
  }
  const runs = chooseRuns(values)
  // Before minutes have been spent on everything else.
  findChromium()

  const directory = mkdtempSync(join(tmpdir(), "medusa-plugin-memcached-install-"))
  if (values.keep) console.log(`Everything is in ${directory}`)
  else onExit(() => rmSync(directory, { recursive: true, force: true }))

  let totals: Totals = NONE
  const plugin = await showProgress("Packing the plugin", () => packPlugin(directory))
  const postgres = await startPostgres()
  const redis = await startRedis()
  for (const run of runs) {
    const label = `${run.manager.label}, Medusa ${run.medusa}`
    console.log(`\n── ${label}`)
    const started = Date.now()
    const report = new Report()
    // A memcached for each: what one shop has stored is no hit of the next one.
    const memcached = await startMemcached()
    const services = { postgres, memcachedServers: memcached.address, redisUrl: redis.url, plugin }
    await runShop(report, run, services, join(directory, `${run.manager.name}-${run.medusa}`), values.keep)
    await memcached.stop()
    console.log(`${label}: ${formatTotals(report.totals)} (${formatSeconds(Date.now() - started)})`)
    totals = add(totals, report.totals)
  }
  await stopChildren()
  console.log(`\n${formatTotals(totals)}`)
  return totals.failed === 0 && totals.passed > 0 ? 0 : 1
}

interface Choice {
  readonly manager?: string
  readonly medusa?: string
  readonly only?: readonly string[]
}

function chooseRuns({ manager, medusa, only }: Choice): ShopRun[] {
  const named = manager === undefined ? undefined : [findManager(manager)]
  const managers = named ?? (medusa === undefined ? PACKAGE_MANAGERS : [findManager("npm")])
  const runs = managers.map((chosen) => ({ manager: chosen, medusa: medusa ?? latest, parts: partsOf(chosen, only) }))
  if (named !== undefined || medusa !== undefined) return runs
  return [...runs, { manager: findManager("npm"), medusa: oldest, parts: partsOf(findManager("npm"), only) }]
}

/** The dev server does not depend on who has installed the packages. */
function partsOf(manager: PackageManager, only: readonly string[] | undefined): Part[] {
  const unknown = only?.find((name) => !PARTS.some((part) => part === name))
  if (unknown !== undefined) throw new Error(`There is no part "${unknown}".\n${USAGE}`)
  return PARTS.filter((part) => only?.includes(part) ?? (part !== "develop" || manager.name === "npm"))
}

function findManager(name: string): PackageManager {
  const manager = PACKAGE_MANAGERS.find((candidate) => candidate.name === name)
  if (manager === undefined) throw new Error(`There is no package manager "${name}".\n${USAGE}`)
  return manager
}

main().then(
  (code) => process.exit(code),
  async (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    await stopChildren()
    process.exit(1)
  }
)
