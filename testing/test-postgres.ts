import { createDatabase, type PostgresService } from "../tools/services/postgres"

/** The Postgres that Jest has started for the tests, as it says in the environment. */
export function testPostgres(): PostgresService {
  const { DB_HOST, DB_PORT, DB_USERNAME, DB_PASSWORD } = process.env
  if (DB_HOST === undefined || DB_PORT === undefined || DB_USERNAME === undefined) {
    throw new Error("Start the tests with Jest, which starts Postgres: npx jest --selectProjects http browser docs")
  }
  return { host: DB_HOST, port: Number(DB_PORT), user: DB_USERNAME, password: DB_PASSWORD ?? "" }
}

/** A copy of the database in which all migrations have been carried out; see `jest/template-database.ts`. */
export async function createMigratedDatabase(name: string): Promise<void> {
  await createDatabase(testPostgres(), name, process.env.TEMPLATE_DATABASE)
}
