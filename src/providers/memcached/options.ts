import { z } from "@medusajs/framework/zod"
import { BEST_ALGORITHM, hasAlgorithm } from "../../cache"
import { isHost } from "./server-address"

const milliseconds = (max: number) => z.number().int().min(1).max(max)
const seconds = (max: number) => z.number().int().min(0).max(max)
/** Seconds as memjs takes them: fractions with millisecond precision. */
const memjsSeconds = z.number().min(0.001).max(60)
const port = z.number().int().min(1).max(65_535)

/** The longest relative time. memcached reads larger numbers as a UNIX time (protocol.txt, "Expiration times"). */
const MAX_RETENTION_SECONDS = 60 * 60 * 24 * 30

/** A host appears in messages, so it must be nothing but a host. */
const host = z.string().refine(isHost, "a host name or an IP address, without brackets, port and password")

const tls = z.union([
  z.boolean(),
  z.strictObject({
    ca: z.union([z.string(), z.instanceof(Buffer)]).optional(),
    cert: z.union([z.string(), z.instanceof(Buffer)]).optional(),
    key: z.union([z.string(), z.instanceof(Buffer)]).optional(),
    passphrase: z.string().optional(),
    servername: host.optional(),
    rejectUnauthorized: z.boolean().optional(),
    minVersion: z.enum(["TLSv1.2", "TLSv1.3"]).optional(),
  }),
])

interface Credentials {
  readonly username?: string | undefined
  readonly password?: string | undefined
}

/** Half of the credentials would silently be ignored. As in memjs, an empty value counts as none. */
const arePaired = ({ username, password }: Credentials): boolean => !username === !password

const BELONG_TOGETHER = { path: ["username"], message: "both username and password, or neither" }

const server = z
  .strictObject({
    host,
    port: port.default(11211),
    tls: tls.optional(),
    username: z.string().min(1).optional(),
    password: z.string().min(1).optional(),
  })
  .refine(arePaired, BELONG_TOGETHER)

/**
 * Options of memjs's client, which Medusa's tutorial passes on. The first four are used; the others have no effect
 * here.
 */
const memjsOptions = z
  .strictObject({
    timeout: memjsSeconds.optional(),
    conntimeout: memjsSeconds.optional(),
    username: z.string().optional(),
    password: z.string().optional(),
    retries: z.number().optional(),
    retry_delay: z.number().optional(),
    expires: z.number().optional(),
    failover: z.boolean().optional(),
    failoverTime: z.number().optional(),
    keepAlive: z.boolean().optional(),
    keepAliveDelay: z.number().optional(),
    logger: z.unknown().optional(),
    serializer: z.unknown().optional(),
  })
  .refine(arePaired, BELONG_TOGETHER)

/** Whether one server is configured. Several may be in one string, but for one with a password. */
function isOneAddress(serverUrls: readonly string[] = [], servers: readonly unknown[] = []): boolean {
  const [url, another] = serverUrls
  if (url === undefined) return servers.length === 1
  return another === undefined && (url.includes("@") || !url.includes(","))
}

/** The provider's options as written in `medusa-config.ts`. docs/configuration.md has the table. */
export const providerOptions = z
  .strictObject({
    serverUrls: z.array(z.string().min(1)).min(1).optional(),
    servers: z.array(server).min(1).optional(),
    username: z.string().min(1).optional(),
    password: z.string().min(1).optional(),
    tls: tls.optional(),
    discovery: z.boolean().default(false),
    options: memjsOptions.optional(),
    protocol: z.enum(["auto", "meta", "binary"]).default("auto"),
    cachePrefix: z
      .string()
      .min(1)
      .max(100)
      // The first colon of a name ends its prefix, and the tilde marks the plugin's own items.
      .regex(/^[\x21-\x39\x3b-\x7d]+$/, 'printable ASCII characters without spaces, ":" and "~", as in "shop-eu"')
      .default("medusa"),
    defaultTtl: seconds(0xffff_ffff).default(3600),
    maxTtl: seconds(0xffff_ffff).default(0),
    // JavaScript's longest string has 512 MB.
    maxValueBytes: z
      .number()
      .int()
      .min(1024)
      .max(256 * 1024 ** 2)
      .default(8 * 1024 ** 2),
    // Copies are text, so they are part of V8's heap, which has a limit of its own.
    memoryBytes: z
      .number()
      .int()
      .min(0)
      .max(512 * 1024 ** 2)
      .default(32 * 1024 ** 2),
    compression: z
      .strictObject({
        enabled: z.boolean().default(true),
        algorithm: z
          .enum(["zstd", "brotli"])
          .refine(hasAlgorithm, `"brotli", since Node.js has Zstandard from 22.15 on and this is ${process.version}`)
          .default(BEST_ALGORITHM),
        threshold: z.number().int().min(0).default(2048),
        level: z.number().int().min(1).max(9).optional(),
      })
      .prefault({}),
    timeoutMs: milliseconds(60_000).optional(),
    connectTimeoutMs: milliseconds(60_000).optional(),
    clearTimeoutMs: milliseconds(60_000).default(3_000),
    earlyRefresh: z.number().min(0).max(10).default(1),
    readLag: seconds(3600).optional(),
    log: z
      .strictObject({
        retention: z.number().int().min(60).max(MAX_RETENTION_SECONDS).default(86_400),
        maxTags: z.number().int().min(1_000).max(5_000_000).default(100_000),
      })
      .prefault({}),
    index: z
      .strictObject({
        enabled: z.boolean().default(true),
        retention: z.number().int().min(60).max(MAX_RETENTION_SECONDS).default(86_400),
        maxBytes: z
          .number()
          .int()
          .min(1024 * 1024)
          .max(32 * 1024 * 1024)
          .default(8 * 1024 * 1024),
      })
      .prefault({}),
    statistics: z
      .strictObject({
        enabled: z.boolean().default(true),
        flushIntervalMs: z.number().int().min(1_000).max(60_000).default(5_000),
      })
      .prefault({}),
    logging: z.enum(["info", "warn", "silent"]).default("info"),
  })
  .refine((options) => !(options.serverUrls && options.servers), {
    path: ["servers"],
    message: "either serverUrls or servers, not both",
  })
  .refine(({ discovery, serverUrls, servers }) => !discovery || isOneAddress(serverUrls, servers), {
    path: ["discovery"],
    message: "false, or a single address in serverUrls or servers: the cluster's configuration endpoint",
  })
  .refine(arePaired, BELONG_TOGETHER)

/** The options as written. */
export type MemcachedProviderOptions = z.input<typeof providerOptions>

/** The options with defaults filled in. */
export type ResolvedProviderOptions = z.output<typeof providerOptions>
