import { defineConfig, loadEnv } from "@medusajs/framework/utils"

loadEnv(process.env.NODE_ENV || "development", process.cwd())

// The shop has had a cache before and keeps it as the default: this plugin is used by what names it, and by nothing else.
// Medusa's own provider, in the memory of the process, is there as well: it is no entry of the list.
module.exports = defineConfig({
  admin: { disable: true },
  projectConfig: {
    databaseUrl: process.env.DATABASE_URL,
    http: {
      storeCors: "http://localhost:8000",
      adminCors: "http://localhost:9000",
      authCors: "http://localhost:9000",
      jwtSecret: process.env.JWT_SECRET || "supersecret",
      cookieSecret: process.env.COOKIE_SECRET || "supersecret",
    },
  },
  featureFlags: { caching: true },
  plugins: [{ resolve: "medusa-plugin-memcached", options: {} }],
  modules: [
    {
      resolve: "@medusajs/medusa/caching",
      options: {
        in_memory: { enable: true },
        providers: [
          {
            id: "caching-redis",
            resolve: "@medusajs/medusa/caching-redis",
            is_default: true,
            options: { redisUrl: process.env.REDIS_URL },
          },
          {
            id: "caching-memcached",
            resolve: "medusa-plugin-memcached/providers/memcached",
            options: { serverUrls: [process.env.MEMCACHED_SERVERS] },
          },
        ],
      },
    },
  ],
})
