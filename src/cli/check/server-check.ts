import {
  type CacheError,
  Cluster,
  DependableServer,
  type Protocol,
  type ServerOptions,
  ServerStatistics,
  type ServerStats,
  ServerWatch,
  systemRuntime,
  tryConnections,
  tryItem,
} from "../../cache"
import { isLoopback } from "../../providers/memcached/server-address"

export interface ServerCheck {
  /** `host:port` */
  readonly id: string
  /** Undefined when the server cannot be used. */
  readonly protocol: Protocol | undefined
  readonly tls: boolean
  /** Whether the server is on this machine, so that the data does not leave it. */
  readonly isLoopback: boolean
  /** Why the server cannot be used. Undefined when it can. */
  readonly error: CacheError | undefined
  readonly authentication:
    | "accepted"
    /** A name and a password were given, but the server accepts everybody without them. */
    | "needless"
    | "none"
  /** Null when the server does not answer, or refuses to. */
  readonly stats: ServerStats | null
  /** False when a full server refuses to store. Undefined when the server does not say. */
  readonly evicts: boolean | undefined
}

/** Checks one server with the cache's own client. Never rejects, and every step has a time limit. */
export async function checkServer(options: ServerOptions): Promise<ServerCheck> {
  const server = new DependableServer(options)
  const cluster = new Cluster([server])
  const statistics = new ServerStatistics(cluster, new ServerWatch(cluster, systemRuntime), systemRuntime)
  try {
    const error =
      (await server.diagnose()) ??
      (await tryItem(server, systemRuntime)) ??
      (await tryConnections(server, systemRuntime))
    // Read after the trial, whose connection has learnt the server's item limit.
    const [report] = server.state === "ready" ? await statistics.read() : []
    return {
      id: server.id,
      protocol: server.protocol,
      tls: options.tls !== undefined && options.tls !== false,
      isLoopback: isLoopback(options.host),
      error,
      authentication: error === undefined ? await authenticationOf(options) : "none",
      stats: report?.stats ?? null,
      evicts: error === undefined ? await evictsOf(server) : undefined,
    }
  } finally {
    await server.close()
  }
}

/** Reads memcached's "stats settings" (protocol.txt): "on" means started without -M. */
async function evictsOf(server: DependableServer): Promise<boolean | undefined> {
  const { evictions } = await server.stats("settings").catch((): Record<string, string> => ({}))
  return evictions === undefined ? undefined : evictions !== "off"
}

/** Finds out whether a server that accepted us requires the password. */
async function authenticationOf(options: ServerOptions): Promise<ServerCheck["authentication"]> {
  if (options.username === undefined) return "none"
  const stranger = new DependableServer({ ...options, username: undefined, password: undefined })
  return (await stranger.diagnose()) === undefined ? "needless" : "accepted"
}
