import { mkdirSync, rmSync } from "node:fs"
import { createDatabase, databaseUrl, dropDatabase, type PostgresService } from "../services/postgres"
import { checkBuiltShop } from "./check-built"
import { checkCommandLine } from "./check-command-line"
import { checkDeveloping, checkHotReload } from "./check-develop"
import { checkSecondProvider } from "./check-second-provider"
import type { PackageManager } from "./package-manager"
import { CannotGoOn, type Report } from "./report"
import { expectOneCopyOfEach } from "./shared-libraries"
import { type RunningShop, Shop } from "./shop"
import { ADMINISTRATOR, type Catalogue } from "./shop-client"
import { shopEnvironment } from "./shop-environment"

export const PARTS = ["built", "second-provider", "develop"] as const
export type Part = (typeof PARTS)[number]

export interface ShopRun {
  readonly manager: PackageManager
  readonly medusa: string
  readonly parts: readonly Part[]
}

export interface Services {
  readonly postgres: PostgresService
  readonly memcachedServers: string
  readonly redisUrl: string
  /** The file that npm pack has made. */
  readonly plugin: string
}

/** From an empty folder to a shop that sells, with this package manager and this version of Medusa. */
export async function runShop(
  report: Report,
  run: ShopRun,
  services: Services,
  directory: string,
  keep: boolean
): Promise<void> {
  const { manager, medusa, parts } = run
  const database = `install_test_${process.pid}_${manager.name}_${medusa.replaceAll(".", "_")}`
  mkdirSync(directory, { recursive: true })
  await createDatabase(services.postgres, database)
  const surroundings = shopEnvironment({ ...services, databaseUrl: databaseUrl(services.postgres, database) })
  const env = { ...surroundings, ...manager.environment?.() }
  const shop = new Shop({ directory, manager, medusa, plugin: services.plugin, env })
  try {
    await report.step("installs", () => shop.install())
    await report.check("has one copy of each shared library", () => expectOneCopyOfEach(shop.directory))
    await report.step("migrates", () => shop.medusa("db:migrate", "--execute-safe-links"))
    await report.step("creates a user", () =>
      shop.medusa("user", "--email", ADMINISTRATOR.email, "--password", ADMINISTRATOR.password)
    )
    await report.step("builds, with the types of the workflow", () => shop.medusa("build"))
    const catalogue = await whileRunning(
      report,
      "starts what was built",
      () => shop.startBuilt(),
      async (running) => {
        const catalogue = await checkBuiltShop(report, running)
        await checkCommandLine(report, shop, running)
        return catalogue
      }
    )
    await runParts(report, shop, catalogue, parts)
  } catch (error) {
    if (!(error instanceof CannotGoOn)) throw error
  } finally {
    await dropDatabase(services.postgres, database)
    if (!keep) rmSync(directory, { recursive: true, force: true })
  }
}

async function runParts(report: Report, shop: Shop, catalogue: Catalogue, parts: readonly Part[]): Promise<void> {
  if (parts.includes("develop")) {
    await whileRunning(
      report,
      "medusa develop starts",
      () => shop.startDeveloping(),
      (running) => checkDeveloping(report, shop, running, catalogue)
    )
    const hot = () => shop.startDeveloping({ MEDUSA_FF_BACKEND_HMR: "true" })
    await whileRunning(report, "medusa develop starts with the flag backend_hmr", hot, (running) =>
      checkHotReload(report, shop, running, catalogue)
    )
  }
  if (parts.includes("second-provider")) {
    shop.useConfiguration("second-provider")
    await whileRunning(
      report,
      "starts with Redis as the default",
      () => shop.startSources(),
      (running) => checkSecondProvider(report, running, catalogue)
    )
  }
}

async function whileRunning<T>(
  report: Report,
  label: string,
  start: () => Promise<RunningShop>,
  use: (running: RunningShop) => Promise<T>
): Promise<T> {
  const running = await report.step(label, start)
  try {
    return await use(running)
  } finally {
    await running.stop()
  }
}
