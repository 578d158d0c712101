import { join } from "node:path"
import type { Knex } from "@medusajs/framework/mikro-orm/knex"
import { ModulesSdkUtils } from "@medusajs/framework/utils"
import { CACHE_MONITOR } from "../../src/modules/cache-monitor"
import { createDatabase, databaseUrl, dropDatabase } from "../../tools/services/postgres"
import { testPostgres } from "../../testing/test-postgres"

const NAME = `cache_monitor_${process.pid}`
const MIGRATIONS = join(__dirname, "..", "..", "src", "modules", "cache-monitor", "migrations")
const QUIET = { info: () => undefined, error: console.error }

/** A database of its own for the file, with the tables that `medusa db:migrate` makes for the module; empty for each test. */
export function useModuleDatabase(): () => Knex {
  const postgres = testPostgres()
  const clientUrl = databaseUrl(postgres, NAME)
  const migrate = ModulesSdkUtils.buildMigrationScript({ moduleName: CACHE_MONITOR, pathToMigrations: MIGRATIONS })
  let connection: Knex

  beforeAll(async () => {
    await createDatabase(postgres, NAME)
    connection = ModulesSdkUtils.createPgConnection({ clientUrl }) as Knex
  })
  beforeEach(async () => {
    await connection.raw("drop schema public cascade; create schema public")
    await migrate({ options: { database: { clientUrl } }, logger: QUIET } as never)
  })
  afterAll(async () => {
    await connection.destroy()
    await dropDatabase(postgres, NAME)
  })
  return () => connection
}
