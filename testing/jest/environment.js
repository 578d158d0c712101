// Runs before each test file of those that use servers.
process.env.LOG_LEVEL ??= "error"
// Programs that tests start need nothing of what Jest needs; see jest.config.js.
delete process.env.NODE_OPTIONS
// Files that run at the same time have a Redis database each.
if (process.env.REDIS_URL !== undefined) process.env.REDIS_URL += `/${process.env.JEST_WORKER_ID ?? "0"}`

// Medusa defines its MikroORM entities anew for every boot: without this, the second boot in a process finds them twice.
const { MetadataStorage } = require("@medusajs/framework/mikro-orm/core")

MetadataStorage.clear()
