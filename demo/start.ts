import { mkdirSync } from "node:fs"
import { onExit, type RunningChild } from "../tools/services/child-processes"
import { medusaEnvironment } from "../tools/services/medusa-environment"
import { type MemcachedService, startMemcached } from "../tools/services/memcached"
import { startPostgres } from "../tools/services/postgres"
import { showProgress } from "../tools/services/progress"
import { buildDashboard, isDashboardBuilt } from "./dashboard"
import { dataDirectory, prepareDatabase, prepareShop } from "./database"
import { buildPlugin, isBuildNeeded, linkPlugin } from "./plugin-package"
import { endLeftovers, findRunningDemo, forgetRunningDemo, saveRunningDemo } from "./running-demo"
import { DEMO_DIRECTORY } from "./settings"
import type { Shop } from "./shop"
import { chooseStorePort, startStore } from "./store-server"

export interface StartedDemo {
  url: string
  shop: Shop
  memcached: MemcachedService
  store: RunningChild
}

/** Starts everything that the store needs, and the store. What an earlier start has made is used again. */
export async function startDemo(): Promise<StartedDemo> {
  mkdirSync(DEMO_DIRECTORY, { recursive: true })
  await claim()
  const port = await chooseStorePort()
  const url = `http://localhost:${port}`

  const postgres = await showProgress("Starting Postgres", () => startPostgres({ dataDirectory: dataDirectory() }))
  const memcached = await showProgress("Starting memcached", () => startMemcached())
  const running = { memcachedServers: memcached.servers, url }
  saveRunningDemo(running)

  const databaseUrl = await prepareDatabase(postgres)
  const env = {
    ...process.env,
    ...medusaEnvironment(),
    DATABASE_URL: databaseUrl,
    MEMCACHED_SERVERS: memcached.servers,
    DEMO_ORIGIN: url,
  }
  if (isBuildNeeded()) {
    await showProgress("Building the plugin", () => buildPlugin(env))
  }
  linkPlugin()

  const shop = await prepareShopAndDashboard(databaseUrl, env)
  const store = await showProgress("Starting the store", () => startStore(port, env))
  saveRunningDemo(running)
  return { url, shop, memcached, store }
}

/** At the same time: bundling the dashboard keeps one processor busy, and the database another. */
async function prepareShopAndDashboard(databaseUrl: string, env: NodeJS.ProcessEnv): Promise<Shop> {
  if (isDashboardBuilt()) {
    return prepareShop(databaseUrl, env)
  }
  const started = Date.now()
  const dashboard = buildDashboard(env)
  // It may fail while the shop is being filled, long before somebody waits for it.
  dashboard.catch(() => undefined)
  const shop = await prepareShop(databaseUrl, env)
  await showProgress("Bundling the dashboard", () => dashboard, started)
  return shop
}

/** One demo at a time: two would share a database directory. */
async function claim(): Promise<void> {
  const other = findRunningDemo()
  if (other !== undefined) {
    throw new Error(`The demo is running already at ${other.url} (process ${other.pid})`)
  }
  await endLeftovers()
  onExit(forgetRunningDemo)
}
