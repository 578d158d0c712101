import { defineConfig, loadEnv } from "@medusajs/framework/utils"

loadEnv(process.env.NODE_ENV ?? "development", process.cwd())

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
  featureFlags: { caching: true },
  modules: [
    {
      resolve: "@medusajs/medusa/caching",
      options: {
        providers: [
          {
            id: "caching-memcached",
            resolve: "./src/providers/memcached",
            is_default: true,
            options: {
              serverUrls: (process.env.MEMCACHED_SERVERS ?? "127.0.0.1:11211").split(",").map((url) => url.trim()),
              cachePrefix: process.env.CACHE_PREFIX ?? "medusa",
            },
          },
        ],
      },
    },
    // A shop that installs the plugin gets this module by itself; here nothing is installed.
    { resolve: "./src/modules/cache-monitor" },
  ],
})
