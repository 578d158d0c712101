/**
 * memjs made dependable: one Memcached server behind an interface that always answers in time, and never with bytes of
 * another key. Start reading at `dependable-server.ts`, then `connection.ts`.
 */
export { DependableServer } from "./dependable-server"
export { Cluster, type Servers } from "./cluster"
export type { MemcachedServer } from "./server"
export type { Protocol, ServerOptions } from "./server-options"
