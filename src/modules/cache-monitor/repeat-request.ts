import { type Agent, request as send } from "node:http"
import type { Socket } from "node:net"
import { TLSSocket } from "node:tls"
import type { RepeatableRequest } from "../../cache"
import { isStorePath } from "./repeatable-request"

/** A slow list of a busy shop takes less. */
const TIMEOUT_MS = 30_000

/** An answer is thrown away, but an endless one must end. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024

/** Where this process itself listens. */
export interface OwnAddress {
  readonly host: string
  readonly port: number
}

/**
 * Returns where this process listens, by the connection of a request to it: the operating system's own knowledge, and
 * nothing that the sender has said. Undefined for a socket without an address (a Unix socket), and with TLS, whose
 * certificate is for another name.
 */
export function ownAddressOf(socket: Socket): OwnAddress | undefined {
  const { localAddress: host, localPort: port } = socket
  return host === undefined || port === undefined || socket instanceof TLSSocket ? undefined : { host, port }
}

interface Sending {
  readonly address: OwnAddress
  readonly agent: Agent
  readonly signal: AbortSignal
}

/**
 * Sends a request to this process as a visitor does, and throws the answer away. Redirects are not followed. Resolves
 * with the status of the answer, or with 0 when there was no complete answer. Never rejects.
 */
export function repeatRequest(
  { path, headers }: RepeatableRequest,
  { address, agent, signal }: Sending
): Promise<number> {
  if (!isStorePath(path)) return Promise.resolve(0)
  const answered = new Promise<number>((resolve) => {
    const sent = send({
      ...address,
      ...{ method: "GET", path, agent, signal },
      headers: { ...headers, accept: "application/json", "user-agent": "medusa-plugin-memcached" },
    })
    const timer = setTimeout(() => sent.destroy(), TIMEOUT_MS)
    const end = (status: number): void => {
      clearTimeout(timer)
      resolve(status)
    }
    sent.once("error", () => end(0))
    sent.once("response", (answer) => {
      let bytes = 0
      answer.on("data", (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > MAX_ANSWER_BYTES) sent.destroy()
      })
      answer.once("error", () => end(0))
      answer.once("close", () => end(answer.complete ? (answer.statusCode ?? 0) : 0))
    })
    sent.end()
  })
  // Node.js throws for what it does not send.
  return answered.catch(() => 0)
}
