import { startPostgres } from "../../tools/services/postgres"
import { startCaches } from "./services"
import { createTemplate } from "./template-database"

/** What a shop needs: caches, and a Postgres with a database that the databases of the tests are copies of. */
export default async function startShopServices(): Promise<void> {
  const [postgres] = await Promise.all([startPostgres(), startCaches()])
  Object.assign(process.env, {
    DB_HOST: postgres.host,
    DB_PORT: String(postgres.port),
    DB_USERNAME: postgres.user,
    DB_PASSWORD: postgres.password,
    TEMPLATE_DATABASE: await createTemplate(postgres),
  })
}
