import { isIPv6 } from "node:net"
import type { ConnectionOptions as TlsOptions } from "node:tls"
import { CacheError } from "../support/errors"
import { type Runtime, systemRuntime } from "../support/runtime"

/** Memcached's protocols. Meta is that of memcached since 1.6; binary is deprecated since then (protocol.txt). */
export type Protocol = "meta" | "binary"

/** How to reach one Memcached server. Host, port and credentials are separate, so that nothing has to be parsed. */
export interface ServerOptions {
  /** A name or an address. An IPv6 address has no brackets. */
  readonly host: string
  readonly port: number
  /** true, or options for `tls.connect`, for example `{ ca }`. @default false */
  readonly tls?: boolean | TlsOptions
  /** The login: that of -Y in the meta protocol, SASL PLAIN in the binary one. */
  readonly username?: string
  readonly password?: string
  /** The protocol to speak. "auto" speaks meta where the server understands it, and otherwise binary. @default "auto" */
  readonly protocol?: Protocol | "auto"
  /** The time within which a command is answered, in milliseconds. @default 500 */
  readonly timeoutMs?: number
  /**
   * The time within which a connection is usable, in milliseconds: TCP, TLS, SASL and the first answer. @default 1000
   */
  readonly connectTimeoutMs?: number
  /** The memory that unanswered commands may hold, in bytes. Beyond it commands are refused. @default 64 MiB */
  readonly outstandingMaxBytes?: number
  readonly runtime?: Runtime
}

export interface ResolvedServerOptions extends ServerOptions {
  readonly id: string
  readonly protocol: Protocol | "auto"
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
    protocol: options.protocol ?? "auto",
    timeoutMs: options.timeoutMs ?? 500,
    connectTimeoutMs: options.connectTimeoutMs ?? 1000,
    outstandingMaxBytes: options.outstandingMaxBytes ?? 64 * 1024 * 1024,
    runtime: options.runtime ?? systemRuntime,
  }
}

/** The cost and the failures of one server. */
export class ServerTraffic {
  /** Writes to the socket, each of which waits for answers. Handshakes are included. */
  roundTrips = 0
  /** Commands without an answer, refused ones included, and commands answered with an error. */
  errors = 0
}

/**
 * Returns the protocols to try, the first one first. Meta comes first: it can say that an item is unchanged without sending
 * it, and a binary server hangs up over a header's worth of text, whereas a server of the text protocol waits for ever for the
 * end of a SASL request.
 */
export const protocolsOf = ({ protocol }: ResolvedServerOptions): readonly [Protocol, ...Protocol[]] =>
  protocol === "auto" ? ["meta", "binary"] : [protocol]
