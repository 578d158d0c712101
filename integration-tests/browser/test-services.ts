import type { PostgresService } from "../../tools/services/postgres"

/** The Postgres that the test command has started, as it says in the environment. */
export function testServices(): { readonly postgres: PostgresService } {
  const { DB_HOST, DB_PORT, DB_USERNAME, DB_PASSWORD } = process.env
  if (DB_HOST === undefined || DB_PORT === undefined || DB_USERNAME === undefined) {
    throw new Error("Start the tests with: npx jest --selectProjects browser")
  }
  return { postgres: { host: DB_HOST, port: Number(DB_PORT), user: DB_USERNAME, password: DB_PASSWORD ?? "" } }
}
