import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Client } from "pg"
import {
  createDatabase,
  databaseUrl,
  dropDatabase,
  type PostgresService,
  reachableDirectory,
} from "../tools/services/postgres"
import { showProgress } from "../tools/services/progress"
import { runMedusa } from "./command"
import { ADMINISTRATOR, DATABASE, DEMO_DIRECTORY, ROOT, SHOP_FILE } from "./settings"
import type { Shop } from "./shop"

const SEED = "./seed/index.ts"
/** Which lock file and which migrations of the plugin the tables were made with. */
const MIGRATED_FILE = join(DEMO_DIRECTORY, "migrated")
const MIGRATIONS = join(ROOT, "src", "modules", "cache-monitor", "migrations")

/** Where the demo's own Postgres keeps its data. */
export function dataDirectory(): string {
  return reachableDirectory(join(DEMO_DIRECTORY, "postgres"))
}

/** The database of DATABASE_URL when it names one, or else the demo's own. */
export async function prepareDatabase(postgres: PostgresService): Promise<string> {
  const given = process.env.DATABASE_URL ?? ""
  const name = given === "" ? "" : decodeURIComponent(new URL(given).pathname.slice(1))
  if (name !== "") {
    await createDatabase(postgres, name)
    return given
  }
  const url = databaseUrl(postgres, DATABASE)
  const isNew = await createDatabase(postgres, DATABASE)
  if (!isNew && (await readShop(url)) === undefined) {
    // An earlier start was ended while it filled the shop: half a shop cannot be filled up.
    await dropDatabase(postgres, DATABASE)
    await createDatabase(postgres, DATABASE)
  }
  return url
}

/** Migrates and seeds, unless an earlier start has done so, and returns what is known about the shop. */
export async function prepareShop(url: string, env: NodeJS.ProcessEnv): Promise<Shop> {
  const known = await readShop(url)
  if (known === undefined || readText(MIGRATED_FILE) !== schemaHash()) {
    await showProgress("Migrating the database", () =>
      runMedusa(["db:migrate", "--execute-safe-links"], env, "migrate.log")
    )
    writeFileSync(MIGRATED_FILE, schemaHash())
  }
  if (known !== undefined) {
    return known
  }
  await showProgress("Filling the shop", () =>
    runMedusa(
      ["exec", SEED],
      {
        ...env,
        DEMO_SHOP_FILE: SHOP_FILE,
        DEMO_ADMIN_EMAIL: ADMINISTRATOR.email,
        DEMO_ADMIN_PASSWORD: ADMINISTRATOR.password,
      },
      "seed.log"
    )
  )
  const shop = await readShop(url)
  if (shop === undefined) {
    throw new Error(`The shop was not filled: see ${join(DEMO_DIRECTORY, "seed.log")}`)
  }
  return shop
}

/** The shop that an earlier start has left, provided that it is the one in this database. */
async function readShop(url: string): Promise<Shop | undefined> {
  if (!existsSync(SHOP_FILE)) {
    return undefined
  }
  const shop = JSON.parse(readFileSync(SHOP_FILE, "utf8")) as Shop
  if (await hasKey(url, shop.publishableKey)) {
    return shop
  }
  rmSync(SHOP_FILE)
  return undefined
}

async function hasKey(url: string, publishableKey: string): Promise<boolean> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query("select 1 from api_key where token = $1", [publishableKey])
    return rows.length > 0
  } catch {
    // There is no such table yet.
    return false
  } finally {
    await client.end()
  }
}

function schemaHash(): string {
  return createHash("sha256")
    .update(readFileSync(join(ROOT, "package-lock.json")))
    .update(readdirSync(MIGRATIONS).join())
    .digest("hex")
}

function readText(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined
}
