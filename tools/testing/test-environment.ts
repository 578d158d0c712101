import { medusaEnvironment } from "../services/medusa-environment"
import { findMemcached, startMemcached } from "../services/memcached"
import { startPostgres } from "../services/postgres"
import { showProgress } from "../services/progress"
import { startRedis } from "../services/redis"

/** Starts what the tests use and returns the variables by which they find it. */
export async function startTestEnvironment(): Promise<NodeJS.ProcessEnv> {
  const memcached = await showProgress("Starting memcached", () => startMemcached())
  const redis = await showProgress("Starting redis-server", startRedis)
  const postgres = await showProgress("Starting Postgres", () => startPostgres())
  return {
    ...medusaEnvironment(),
    MEMCACHED_SERVERS: memcached.servers,
    // Tests that kill and freeze a memcached start one of their own, also when MEMCACHED_SERVERS names another.
    MEMCACHED_BIN: findMemcached(),
    REDIS_URL: redis.url,
    DB_HOST: postgres.host,
    DB_PORT: String(postgres.port),
    DB_USERNAME: postgres.user,
    DB_PASSWORD: postgres.password,
  }
}
