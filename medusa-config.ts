import { defineConfig, loadEnv } from "@medusajs/framework/utils"

loadEnv(process.env.NODE_ENV ?? "development", process.cwd())

// With it another provider is the default, as in a shop that installs the plugin and goes on with what it had.
const redisUrl = process.env.CACHING_REDIS_URL

// This repository as a Medusa application: `src` is loaded from its TypeScript files. The HTTP tests boot it like this.
module.exports = defineConfig({
  projectConfig: {
    databaseUrl: process.env.DATABASE_URL,
    // Medusa marks the session cookie as secure in production, and a browser drops it on plain http.
    ...(process.env.COOKIE_INSECURE === "true" ? { cookieOptions: { secure: false, sameSite: "lax" as const } } : {}),
    http: {
      storeCors: process.env.STORE_CORS ?? "http://localhost:8000",
      adminCors: process.env.ADMIN_CORS ?? "http://localhost:9000",
      authCors: process.env.AUTH_CORS ?? "http://localhost:9000,http://localhost:8000",
      jwtSecret: process.env.JWT_SECRET,
      cookieSecret: process.env.COOKIE_SECRET,
    },
  },
  // A server that tests start in a process of its own has no dashboard, which would have to be built first.
  admin: { disable: process.env.ADMIN_DISABLED === "true" },
  featureFlags: { caching: true },
  modules: [
    {
      resolve: "@medusajs/medusa/caching",
      options: {
        providers: [
          {
            id: "caching-memcached",
            resolve: "./src/providers/memcached",
            is_default: redisUrl === undefined,
            options: {
              serverUrls: (process.env.MEMCACHED_SERVERS ?? "127.0.0.1:11211").split(",").map((url) => url.trim()),
              cachePrefix: process.env.CACHE_PREFIX ?? "medusa",
              ...(process.env.CACHE_READ_LAG ? { readLag: Number(process.env.CACHE_READ_LAG) } : {}),
              // Tests in which nothing is wrong with Memcached give it more time, for machines that are busy.
              ...(process.env.CACHE_TIMEOUT_MS ? { timeoutMs: Number(process.env.CACHE_TIMEOUT_MS) } : {}),
            },
          },
          ...(redisUrl === undefined
            ? []
            : [
                {
                  id: "caching-redis",
                  resolve: "@medusajs/medusa/caching-redis",
                  is_default: true,
                  options: { redisUrl },
                },
              ]),
        ],
      },
    },
    // A shop that installs the plugin gets these modules by itself; here nothing is installed.
    {
      resolve: "./src/modules/cache-monitor",
      ...(process.env.CACHE_RESPONSES === "true" ? { options: { responses: true } } : {}),
    },
    { resolve: "./src/modules/cache-changes" },
    ...(process.env.EVENT_BUS_REDIS_URL
      ? [{ resolve: "@medusajs/medusa/event-bus-redis", options: { redisUrl: process.env.EVENT_BUS_REDIS_URL } }]
      : []),
    ...(process.env.WORKFLOW_ENGINE_REDIS_URL
      ? [
          {
            resolve: "@medusajs/medusa/workflow-engine-redis",
            options: { redis: { redisUrl: process.env.WORKFLOW_ENGINE_REDIS_URL } },
          },
        ]
      : []),
    // Medusa adds these by itself when their flags are on, but not before that is known, which in a test is too late.
    ...(process.env.MEDUSA_FF_TRANSLATION === "true" ? [{ resolve: "@medusajs/medusa/translation" }] : []),
    ...(process.env.MEDUSA_FF_INDEX_ENGINE === "true" ? [{ resolve: "@medusajs/index" }] : []),
    ...(process.env.MEDUSA_FF_RBAC === "true" ? [{ resolve: "@medusajs/medusa/rbac" }] : []),
    // A module with models of its own, which only tests have.
    ...(process.env.TEST_LIBRARY === "true"
      ? [{ resolve: `${__dirname}/integration-tests/http/changes/library` }]
      : []),
  ],
})
