import { randomBytes } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import type { Shop } from "../../demo/shop"
import { findFreePort } from "../../tools/services/free-port"
import { createDatabase, databaseUrl, dropDatabase, type PostgresService } from "../../tools/services/postgres"
import type { MemcachedProcess } from "../../testing/memcached"
import { prepareDashboard } from "./dashboard"
import { type LoggedProgram, MEDUSA, runProgram, startProgram } from "../../testing/program"

export const CACHE_PREFIX = "browser"
export const ADMINISTRATOR = { email: "admin@example.com", password: "memcached" }

/** Of a server that was given and has seen many runs, no process id is unique. */
export const DATABASE = `cache_browser_${randomBytes(6).toString("hex")}`
const START_TIMEOUT_MS = 240_000
const ATTEMPTS = 3
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
  /** A database in which all migrations have been carried out. Without one they are, which takes a while. */
  readonly template?: string
  /** More variables, `{ MEDUSA_FF_CACHING: "false" }` for example. */
  readonly env?: NodeJS.ProcessEnv
}

export async function startStore({ memcached, postgres, template, env: more }: StoreOptions): Promise<RunningStore> {
  const directory = mkdtempSync(join(tmpdir(), "cache-browser-store-"))
  const shopFile = join(directory, "shop.json")
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    LOG_LEVEL: "warn",
    NODE_ENV: "production",
    DATABASE_URL: databaseUrl(postgres, DATABASE),
    MEMCACHED_SERVERS: memcached.address,
    CACHE_PREFIX,
    COOKIE_INSECURE: "true",
    JWT_SECRET: "browser",
    COOKIE_SECRET: "browser",
    DEMO_SHOP_FILE: shopFile,
    DEMO_ADMIN_EMAIL: ADMINISTRATOR.email,
    DEMO_ADMIN_PASSWORD: ADMINISTRATOR.password,
    ...more,
  }
  await createDatabase(postgres, DATABASE, template)
  await Promise.all([prepareDashboard(env), fill(env, template === undefined)])
  const shop = JSON.parse(readFileSync(shopFile, "utf8")) as Shop
  rmSync(directory, { recursive: true, force: true })

  const { url, server } = await serve(env)
  return {
    url,
    shop,
    stop: async () => {
      await server.child.stop()
      await dropDatabase(postgres, DATABASE)
    },
  }
}

/** Only now is a port looked for: all of the above takes minutes, in which somebody else could have taken it. */
async function serve(env: NodeJS.ProcessEnv): Promise<{ url: string; server: LoggedProgram }> {
  for (let attempt = 1; ; attempt++) {
    const port = await findFreePort()
    const url = `http://localhost:${port}`
    const args = [MEDUSA, "start", "--host", "127.0.0.1", "--port", String(port)]
    const server = await startProgram(args, { ...env, ADMIN_CORS: url, AUTH_CORS: url })
    const deadline = Date.now() + START_TIMEOUT_MS
    while (!server.child.hasEnded() && Date.now() < deadline) {
      if (await isHealthy(url)) {
        return { url, server }
      }
      await delay(POLL_MS)
    }
    const lines = server.lastLines()
    await server.child.stop()
    if (attempt === ATTEMPTS || !lines.includes("EADDRINUSE")) {
      throw new Error(`The store did not start:\n${lines}`)
    }
  }
}

async function fill(env: NodeJS.ProcessEnv, isEmpty: boolean): Promise<void> {
  if (isEmpty) await runProgram([MEDUSA, "db:migrate", "--execute-safe-links"], env)
  await runProgram([MEDUSA, "exec", "./demo/store/seed/index.ts"], env)
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`)).ok
  } catch {
    return false
  }
}
