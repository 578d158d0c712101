import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import type { Shop } from "../../demo/shop"
import { findFreePort } from "../../tools/services/free-port"
import { createDatabase, databaseUrl, dropDatabase, type PostgresService } from "../../tools/services/postgres"
import type { MemcachedProcess } from "../helpers/memcached"
import { prepareDashboard } from "./dashboard"
import { MEDUSA, runProgram, startProgram } from "./program"

export const ADMINISTRATOR = { email: "admin@example.com", password: "memcached" }

export const DATABASE = `cache_browser_${process.pid}`
const START_TIMEOUT_MS = 120_000
const POLL_MS = 200

/** A running shop: this repository as a Medusa application in production mode, filled with the catalogue of the demo. */
export interface RunningStore {
  readonly url: string
  readonly shop: Shop
  stop(): Promise<void>
}

export interface StoreOptions {
  readonly memcached: MemcachedProcess
  readonly postgres: PostgresService
  /** More variables, `{ MEDUSA_FF_CACHING: "false" }` for example. */
  readonly env?: NodeJS.ProcessEnv
}

export async function startStore({ memcached, postgres, env: more }: StoreOptions): Promise<RunningStore> {
  const directory = mkdtempSync(join(tmpdir(), "cache-browser-store-"))
  const shopFile = join(directory, "shop.json")
  const port = await findFreePort()
  const url = `http://localhost:${port}`
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    LOG_LEVEL: "warn",
    NODE_ENV: "production",
    DATABASE_URL: databaseUrl(postgres, DATABASE),
    MEMCACHED_SERVERS: memcached.address,
    CACHE_PREFIX: "browser",
    COOKIE_INSECURE: "true",
    JWT_SECRET: "browser",
    COOKIE_SECRET: "browser",
    ADMIN_CORS: url,
    AUTH_CORS: url,
    DEMO_SHOP_FILE: shopFile,
    DEMO_ADMIN_EMAIL: ADMINISTRATOR.email,
    DEMO_ADMIN_PASSWORD: ADMINISTRATOR.password,
    ...more,
  }
  await createDatabase(postgres, DATABASE)
  await Promise.all([prepareDashboard(env), fill(env)])
  const shop = JSON.parse(readFileSync(shopFile, "utf8")) as Shop
  rmSync(directory, { recursive: true, force: true })

  const server = await startProgram([MEDUSA, "start", "--host", "127.0.0.1", "--port", String(port)], env)
  const deadline = Date.now() + START_TIMEOUT_MS
  while (!(await isHealthy(url))) {
    if (server.child.hasEnded() || Date.now() > deadline) {
      throw new Error(`The store did not start:\n${server.lastLines()}`)
    }
    await delay(POLL_MS)
  }
  return {
    url,
    shop,
    stop: async () => {
      await server.child.stop()
      await dropDatabase(postgres, DATABASE)
    },
  }
}

async function fill(env: NodeJS.ProcessEnv): Promise<void> {
  await runProgram([MEDUSA, "db:migrate", "--execute-safe-links"], env)
  await runProgram([MEDUSA, "exec", "./demo/store/seed/index.ts"], env)
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`)).ok
  } catch {
    return false
  }
}
