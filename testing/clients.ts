import { until } from "./eventually"
import { FaultProxy } from "./fault-proxy"
import { ask } from "../src/cache/support/ask"
import { DependableServer } from "../src/cache/memcached/dependable-server"
import type { MemcachedServer, Reply, ServerState } from "../src/cache/memcached/server"
import type { ServerOptions } from "../src/cache/memcached/server-options"

/** Far beyond what memcached takes on a busy machine. A test in which something is not answered names a time-out of its own. */
const PATIENCE_MS = 10_000

const opened: DependableServer[] = []
const proxies: FaultProxy[] = []

/** A client that `closeAll` closes, and that waits long unless its time-outs are given. */
export function openClient(port: number, options: Partial<ServerOptions> = {}): DependableServer {
  const patient = { timeoutMs: PATIENCE_MS, connectTimeoutMs: PATIENCE_MS }
  const client = new DependableServer({ host: "127.0.0.1", port, ...patient, ...options })
  opened.push(client)
  return client
}

/** A proxy in front of this port that `closeAll` closes. */
export async function openProxy(port: number): Promise<FaultProxy> {
  const proxy = await FaultProxy.start(port)
  proxies.push(proxy)
  return proxy
}

/** For `afterEach`: what a failed test leaves behind would keep the others from ending. */
export async function closeAll(): Promise<void> {
  await Promise.all(opened.splice(0).map((client) => client.close()))
  await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()))
}

export function get(server: MemcachedServer, key: string): Promise<Reply> {
  return ask(server, { op: "get", key })
}

export function set(server: MemcachedServer, key: string, value: Buffer | string): Promise<Reply> {
  return ask(server, { op: "set", key, value: Buffer.from(value), flags: 0, expiration: 0 })
}

/** What there is, as text, or the status of the reply. */
export async function read(server: MemcachedServer, key: string): Promise<string> {
  const reply = await get(server, key)
  return reply.value?.toString() ?? reply.status
}

/** Resolves when the client is in this state; rejects when that takes too long. */
export function reaches(client: DependableServer, state: ServerState): Promise<void> {
  return until(() => client.state === state, `state ${state}`)
}

export function blockEventLoop(durationMs: number): void {
  const end = performance.now() + durationMs
  while (performance.now() < end);
}
