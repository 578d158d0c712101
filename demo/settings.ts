import { join, resolve } from "node:path"

export const ROOT = resolve(__dirname, "..")
/** The demo's Medusa application. */
export const STORE_DIRECTORY = join(__dirname, "store")
/** Everything that the demo writes; not in git. */
export const DEMO_DIRECTORY = join(ROOT, ".demo")
export const STORE_LOG = join(DEMO_DIRECTORY, "store.log")
/** What has to be known about the shop in the database. */
export const SHOP_FILE = join(DEMO_DIRECTORY, "shop.json")

export const DATABASE = "medusa_demo"
export const PREFERRED_PORT = 9000
export const CACHE_PREFIX = "medusa"
export const CHECK_KEY = "test-cache-products"

/** Not a secret: the store listens on the loopback interface only. */
export const ADMINISTRATOR = { email: "admin@example.com", password: "memcached" }
