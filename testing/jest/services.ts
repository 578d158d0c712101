import { medusaEnvironment } from "../../tools/services/medusa-environment"
import { findMemcached, startMemcached } from "../../tools/services/memcached"
import { startRedis } from "../../tools/services/redis"

let started: Promise<void> | undefined

/** Starts memcached and Redis, once in a run of Jest, and puts into the environment by which tests find them. */
export function startCaches(): Promise<void> {
  started ??= start()
  return started
}

async function start(): Promise<void> {
  const [memcached, redis] = await Promise.all([startMemcached(), startRedis()])
  Object.assign(process.env, {
    ...medusaEnvironment(),
    MEMCACHED_SERVERS: memcached.servers,
    // Tests that kill and freeze a memcached start one of their own, also when MEMCACHED_SERVERS names another.
    MEMCACHED_BIN: findMemcached(),
    REDIS_URL: redis.url,
  })
}
