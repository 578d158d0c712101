import { medusaEnvironment } from "../services/medusa-environment"

/** What `npm run` tells its children about this repository: an npm in the shop would take it for its own. */
const OF_THIS_REPOSITORY =
  /^(npm_(package|lifecycle|config_(local_prefix|omit_lockfile|user_agent))|INIT_CWD|NODE_ENV|TEST_TYPE)/

/** The variables of a shell in which somebody else works on a shop. */
export function shopEnvironment(services: {
  readonly databaseUrl: string
  readonly memcachedServers: string
  readonly redisUrl: string
}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !OF_THIS_REPOSITORY.test(name))
  return {
    ...Object.fromEntries(own),
    ...medusaEnvironment(),
    DATABASE_URL: services.databaseUrl,
    MEMCACHED_SERVERS: services.memcachedServers,
    REDIS_URL: services.redisUrl,
    JWT_SECRET: "install-test",
    COOKIE_SECRET: "install-test",
  }
}
