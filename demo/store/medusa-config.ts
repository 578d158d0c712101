import { defineConfig } from "@medusajs/framework/utils"

const origin = process.env.DEMO_ORIGIN ?? "http://localhost:9000"

// The store of `npm run demo`: configured as any shop configures the plugin. The repository is linked into
// node_modules under the name of the package, so that it is the built package that runs here.
module.exports = defineConfig({
  projectConfig: {
    databaseUrl: process.env.DATABASE_URL,
    // Medusa marks the session cookie as secure in production, and a browser drops it on plain http.
    cookieOptions: { secure: false, sameSite: "lax" },
    http: {
      storeCors: origin,
      adminCors: origin,
      authCors: origin,
      jwtSecret: "demo",
      cookieSecret: "demo",
    },
  },
  featureFlags: { caching: true },
  plugins: [{ resolve: "medusa-plugin-memcached", options: { responses: true } }],
  modules: [
    {
      resolve: "@medusajs/medusa/caching",
      options: {
        providers: [
          {
            id: "caching-memcached",
            resolve: "medusa-plugin-memcached/providers/memcached",
            is_default: true,
            options: {
              serverUrls: (process.env.MEMCACHED_SERVERS ?? "127.0.0.1:11211").split(","),
            },
          },
        ],
      },
    },
  ],
})
