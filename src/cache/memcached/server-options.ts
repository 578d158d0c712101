import { isIPv6 } from "node:net"
import type { ConnectionOptions as TlsOptions } from "node:tls"
import { CacheError } from "../errors"
import { type Runtime, systemRuntime } from "../runtime"

/** How to reach one Memcached server. Host, port and credentials are separate, so that nothing has to be parsed. */
export interface ServerOptions {
  /** Name or address; an IPv6 address without brackets. */
  readonly host: string
  readonly port: number
  /** true, or what to pass to `tls.connect`, for example `{ ca }`. @default false */
  readonly tls?: boolean | TlsOptions
  /** SASL PLAIN is used when both are given. */
  readonly username?: string
  readonly password?: string
  /** Within this time a command is answered, in milliseconds. @default 500 */
  readonly timeoutMs?: number
  /** Within this time a connection is usable: TCP, TLS, SASL and the first answer, in milliseconds. @default 1000 */
  readonly connectTimeoutMs?: number
  /** What commands without an answer may hold; beyond it they are refused, in bytes. @default 64 MiB */
  readonly outstandingMaxBytes?: number
  readonly runtime?: Runtime
}

export interface ResolvedServerOptions extends ServerOptions {
  readonly id: string
  readonly timeoutMs: number
  readonly connectTimeoutMs: number
  readonly outstandingMaxBytes: number
  readonly runtime: Runtime
}

export function resolveServerOptions(options: ServerOptions): ResolvedServerOptions {
  if (!Number.isInteger(options.port) || options.port < 1 || options.port > 65_535) {
    throw new CacheError("invalid_options", `The port of ${options.host} is ${options.port}, but must be 1 to 65535`)
  }
  return {
    ...options,
    id: isIPv6(options.host) ? `[${options.host}]:${options.port}` : `${options.host}:${options.port}`,
    timeoutMs: options.timeoutMs ?? 500,
    connectTimeoutMs: options.connectTimeoutMs ?? 1000,
    outstandingMaxBytes: options.outstandingMaxBytes ?? 64 * 1024 * 1024,
    runtime: options.runtime ?? systemRuntime,
  }
}

/** What one server costs and how often it fails, counted where it happens. */
export class ServerTraffic {
  /** Writes to the socket, each of which waits for answers; handshakes are among them. */
  roundTrips = 0
  /** Commands without an answer, refused ones included, and those that were answered with an error. */
  errors = 0
}
