import { type OnReadOpts, Socket, connect as connectTcp, isIP } from "node:net"
import { connect as connectTls } from "node:tls"
import { lookUp } from "./name-lookup"
import type { ServerOptions } from "./server-options"

/** The most that one read takes, in bytes: two responses with a compressed product list. */
const READ_BYTES = 128 * 1024

/** Receives what has arrived, in a buffer that the next read overwrites. */
type ChunkListener = (chunk: Buffer) => void

/**
 * Opens a TCP or TLS connection. Never throws: problems arrive as the event "error", followed by "close".
 *
 * With a listener, all reads use one buffer. A stream would allocate 64 KB for each of them.
 */
export function connectSocket(
  { host, port, tls }: Pick<ServerOptions, "host" | "port" | "tls">,
  onChunk?: ChunkListener
): Socket {
  try {
    const onread = onChunk && readsInto(Buffer.allocUnsafeSlow(READ_BYTES), onChunk)
    if (!tls) {
      return connectTcp({ host, port, onread, lookup: lookUp })
    }
    const name = isIP(host) === 0 ? { servername: serverNameOf(host) } : {}
    return connectTls({ host, port, lookup: lookUp, ...name, ...(tls === true ? {} : tls), ...(onread && { onread }) })
  } catch (error) {
    // The options cannot be used: a certificate that cannot be parsed, for example.
    return new Socket().destroy(error as Error)
  }
}

function readsInto(buffer: Buffer, onChunk: ChunkListener): OnReadOpts {
  return {
    buffer,
    callback: (sizeBytes) => {
      onChunk(buffer.subarray(0, sizeBytes))
      return true
    },
  }
}

/**
 * Returns the name that the certificate must be valid for. A proxy in front of several servers routes by it (SNI). It has no
 * dot at its end (RFC 6066, section 3), and some servers end the connection over one.
 */
export const serverNameOf = (host: string): string => host.replace(/\.$/, "")

/** Returns the event after which bytes can be exchanged. */
export function connectedEvent(tls: ServerOptions["tls"]): "connect" | "secureConnect" {
  return tls ? "secureConnect" : "connect"
}
