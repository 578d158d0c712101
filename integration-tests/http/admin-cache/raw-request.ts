import { once } from "node:events"
import { connect } from "node:net"

export interface RawRequest {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** As it goes over the wire. */
  readonly body?: string | Buffer
}

export interface RawAnswer {
  readonly status: number
  /** The message of an error. */
  readonly message: string
  /** With the status line. */
  readonly head: string
}

/** A server that waits for more of the request says nothing for minutes. In milliseconds. */
const PATIENCE_MS = 30_000

/** Sends exactly this, as a client may that is no browser: nothing is added but Host, and nothing is checked. */
export async function sendRaw(server: string, { method, path, headers, body = "" }: RawRequest): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(server)
  const socket = connect(Number(port), hostname)
  await once(socket, "connect")
  const lines = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`)
  socket.write(body)
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`No answer to ${method} ${path}`)))
  let received = ""
  for await (const chunk of socket) {
    received += String(chunk)
    const [head = "", text] = received.split("\r\n\r\n")
    const length = method === "HEAD" ? 0 : Number(/content-length: (\d+)/i.exec(head)?.[1])
    if (text === undefined || Buffer.byteLength(text) < length) continue
    return { status: Number(head.split(" ")[1]), message: messageIn(text), head }
  }
  throw new Error(`The server has ended the connection after: ${received.slice(0, 200)}`)
}

function messageIn(text: string): string {
  try {
    return String((JSON.parse(text) as { message?: unknown }).message)
  } catch {
    return text
  }
}
