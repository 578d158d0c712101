import { promises } from "node:dns"
import { type OnReadOpts, Socket, connect as connectTcp, isIP } from "node:net"
import { connect as connectTls } from "node:tls"
import type { ServerOptions } from "./server-options"

/** What one read takes at most, in bytes: two responses with a compressed product list. */
const READ_BYTES = 128 * 1024

/** Gets what has arrived, in a buffer that the next read fills again. */
type ChunkListener = (chunk: Buffer) => void

/**
 * Opens a TCP or TLS connection. Never throws: what is wrong comes as the event "error", followed by "close".
 *
 * With a listener, all reads go into one buffer: as a stream, each of them would get 64 KB of its own.
 */
export function connectSocket(
  { host, port, tls }: Pick<ServerOptions, "host" | "port" | "tls">,
  onChunk?: ChunkListener
): Socket {
  try {
    const onread = onChunk && readsInto(Buffer.allocUnsafeSlow(READ_BYTES), onChunk)
    if (!tls) {
      return connectTcp({ host, port, onread })
    }
    // A name is what the certificate is for, and what a proxy in front of several servers routes by (SNI).
    const name = isIP(host) === 0 ? { servername: host } : {}
    return connectTls({ host, port, ...name, ...(tls === true ? {} : tls), ...(onread && { onread }) })
  } catch (error) {
    // Options that cannot be used: a certificate that is none, for example.
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

/** The event after which bytes can be exchanged. */
export function connectedEvent(tls: ServerOptions["tls"]): "connect" | "secureConnect" {
  return tls ? "secureConnect" : "connect"
}

/** A service with more addresses than this is no cache any more. */
const MAX_ADDRESSES = 16

/** All addresses behind a name, each once; none when it cannot be told. Never rejects. */
export async function addressesOf(host: string): Promise<string[]> {
  if (isIP(host) !== 0) return [host]
  try {
    const found = await promises.lookup(host, { all: true })
    return [...new Set(found.map(({ address }) => address))].slice(0, MAX_ADDRESSES)
  } catch {
    return []
  }
}
