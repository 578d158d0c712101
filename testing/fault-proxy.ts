import { once } from "node:events"
import { connect, createServer, type Server, type Socket } from "node:net"

import type { Protocol } from "../src/cache/memcached/server-options"
import { findFreePort } from "../tools/services/free-port"
import { CommandCount } from "./command-count"
import { type Frame, FrameWalker } from "./frame-walker"
import { TextWalker } from "./text-walker"

const LOOPBACK = "127.0.0.1"
const ATTEMPTS = 5
const REQUEST_MAGIC = 0x80
const RESPONSE_MAGIC = 0x81

/** How a connection ends: in good order, or as after a crash. */
export type Ending = "FIN" | "RST"

/** What the proxy does to the bytes that pass. Everything can be combined; nothing set means that they pass as they are. */
export interface Faults {
  /** Ends the connection once this many more response bytes have passed. Applies to one connection, then heals itself. */
  cut?: { afterResponseBytes: number; with: Ending }
  /** After this many more response bytes nothing comes back and nothing is closed. What is held back comes late, at `heal`. */
  stallAfterResponseBytes?: number
  requestDelayMs?: number
  responseDelayMs?: number
  /** Requests vanish. TCP cannot skip bytes, so this direction of the connection is dead from then on, also after `heal`. */
  dropRequests?: boolean
  /** Responses vanish, with the same consequence; requests are carried out. */
  dropResponses?: boolean
  /** Responses come twice (those that arrive whole; TCP repeats no bytes inside of one, and nobody could tell). */
  duplicateResponses?: boolean
  /** Responses come in pieces of so many bytes with pauses in between. */
  trickle?: { bytes: number; everyMs: number }
  /** These bytes come in front of the next response. Heals itself. */
  garbage?: Buffer
  /** Connections that begin in this protocol are hung up on, or told "ERROR", as by services that do not speak it. */
  refuse?: { readonly protocol: Protocol; readonly by: "close" | "error" }
}

/**
 * A TCP proxy in front of a Memcached server, for tests of what happens when the network or the server misbehaves. It
 * listens on a free loopback port, which stays free for it while connections are refused.
 *
 *     const proxy = await FaultProxy.start(memcached.port)
 *     proxy.inject({ cut: { afterResponseBytes: 10_000, with: "RST" } })
 *     …
 *     proxy.heal()
 *     await proxy.stop()
 */
export class FaultProxy {
  /** Connections that were ever accepted. */
  connections = 0
  /** Requests in either protocol. */
  requests = 0
  readonly requestsByOpcode = new Map<number, number>()
  /** Requests that were answered, by what they are about. */
  commands = new CommandCount()
  /** Pieces in which requests arrived: at most one for each write of the client. */
  requestChunks = 0
  requestBytes = 0
  /** Pieces in which responses arrived: at least one for each write of the server. */
  responseChunks = 0
  responseBytes = 0

  readonly #target: { host: string; port: number }
  readonly #server: Server
  readonly #links = new Set<Link>()
  #faults: Faults = {}
  #port = 0

  private constructor(target: { host: string; port: number }) {
    this.#target = target
    this.#server = createServer({ noDelay: true }, (client) => this.#accept(client))
  }

  static async start(port: number, host = LOOPBACK): Promise<FaultProxy> {
    for (let attempt = 1; ; attempt++) {
      const proxy = new FaultProxy({ host, port })
      try {
        await proxy.#listen(await findFreePort(LOOPBACK))
        return proxy
      } catch (error) {
        // Somebody else may have taken the port in between.
        if (attempt === ATTEMPTS) {
          throw error
        }
      }
    }
  }

  get host(): string {
    return LOOPBACK
  }

  get port(): number {
    return this.#port
  }

  get openConnections(): number {
    return this.#links.size
  }

  /** Replaces the faults; byte counts start at this call. */
  inject(faults: Faults): void {
    this.#faults = { ...faults }
    for (const link of this.#links) {
      link.release()
    }
  }

  /** Nothing passes any more in either direction, also on new connections, which are accepted. After `heal` new ones work. */
  blackhole(): void {
    this.inject({ dropRequests: true, dropResponses: true })
  }

  heal(): void {
    this.inject({})
  }

  /** Ends every connection. */
  endConnections(ending: Ending): void {
    for (const link of this.#links) {
      link.end(ending)
    }
  }

  /** Sends bytes to every client that nobody asked for. */
  sendToClients(bytes: Buffer): void {
    for (const link of this.#links) {
      link.client.write(bytes)
    }
  }

  /** New connections are refused; those that exist stay. */
  async refuse(): Promise<void> {
    if (this.#server.listening) {
      // Resolves only when the last connection has ended.
      this.#server.close()
    }
    await new Promise((resolve) => setImmediate(resolve))
  }

  /** New connections are accepted again, on the same port. */
  async accept(): Promise<void> {
    if (!this.#server.listening) {
      await this.#listen(this.#port)
    }
  }

  resetCounters(): void {
    this.connections = 0
    this.requests = 0
    this.requestsByOpcode.clear()
    this.commands = new CommandCount()
    this.requestChunks = 0
    this.requestBytes = 0
    this.responseChunks = 0
    this.responseBytes = 0
  }

  async stop(): Promise<void> {
    await this.refuse()
    this.endConnections("RST")
  }

  async #listen(port: number): Promise<void> {
    this.#server.listen(port, LOOPBACK)
    await once(this.#server, "listening")
    this.#port = port
  }

  #accept(client: Socket): void {
    this.connections++
    const server = connect({ ...this.#target, noDelay: true })
    const link = new Link(client, server, () => this.#links.delete(link))
    this.#links.add(link)

    const unanswered = new Map<number, Frame>()
    const onRequest = (frame: Frame): void => {
      const { opcode, opaque } = frame
      unanswered.set(opaque, frame)
      this.requests++
      this.requestsByOpcode.set(opcode, (this.requestsByOpcode.get(opcode) ?? 0) + 1)
    }
    const onResponse = ({ opaque, status }: Frame): void => {
      const request = unanswered.get(opaque)
      unanswered.delete(opaque)
      if (request) this.commands.count(request, status)
    }
    // The client's first byte tells the protocol of both directions.
    let requests: FrameWalker | TextWalker | undefined
    let responses: FrameWalker | TextWalker = new TextWalker(onResponse)
    client.on("data", (chunk: Buffer) => {
      this.requestChunks++
      this.requestBytes += chunk.length
      const isBinary = chunk[0] === REQUEST_MAGIC
      if (requests === undefined) {
        const { refuse } = this.#faults
        if (refuse?.protocol === (isBinary ? "binary" : "meta")) return link.refuse(refuse.by)
        requests = isBinary ? new FrameWalker(REQUEST_MAGIC, onRequest) : new TextWalker(onRequest)
        if (isBinary) responses = new FrameWalker(RESPONSE_MAGIC, onResponse)
      }
      requests.push(chunk)
      if (this.#faults.dropRequests) {
        link.losesRequests = true
      }
      link.toServer(chunk, this.#faults.requestDelayMs ?? 0)
    })
    server.on("data", (chunk: Buffer) => {
      const startsResponse = responses.isBetweenFrames
      responses.push(chunk)
      this.#onResponse(link, chunk, startsResponse, startsResponse && responses.isBetweenFrames)
    })
  }

  #onResponse(link: Link, received: Buffer, startsResponse: boolean, isWhole: boolean): void {
    const faults = this.#faults
    this.responseBytes += received.length
    this.responseChunks++
    if (faults.dropResponses) {
      link.losesResponses = true
    }
    let chunk = received
    if (faults.garbage !== undefined && startsResponse) {
      chunk = Buffer.concat([faults.garbage, chunk])
      faults.garbage = undefined
    }
    if (faults.duplicateResponses && isWhole) {
      chunk = Buffer.concat([chunk, chunk])
    }
    if (faults.stallAfterResponseBytes !== undefined) {
      link.hold(chunk.subarray(faults.stallAfterResponseBytes))
      chunk = chunk.subarray(0, faults.stallAfterResponseBytes)
      faults.stallAfterResponseBytes -= chunk.length
    }
    const { cut } = faults
    if (cut !== undefined) {
      chunk = chunk.subarray(0, cut.afterResponseBytes)
      cut.afterResponseBytes -= chunk.length
    }
    link.toClient(chunk, faults.responseDelayMs ?? 0, faults.trickle)
    if (cut?.afterResponseBytes === 0) {
      faults.cut = undefined
      link.endAfterResponses(cut.with)
    }
  }
}

/** A client's connection and its counterpart to the server. Delayed bytes stay in order. */
class Link {
  readonly client: Socket
  losesRequests = false
  losesResponses = false
  readonly #server: Socket
  readonly #held: Buffer[] = []
  #requests: Promise<void> = Promise.resolve()
  #responses: Promise<void> = Promise.resolve()

  constructor(client: Socket, server: Socket, onClose: () => void) {
    this.client = client
    this.#server = server
    client.on("error", () => undefined)
    server.on("error", () => undefined)
    client.on("close", () => server.destroy())
    server.on("close", (hadError) => this.endAfterResponses(hadError ? "RST" : "FIN"))
    client.once("close", onClose)
  }

  /** Keeps bytes back until `release`. */
  hold(chunk: Buffer): void {
    this.#held.push(chunk)
  }

  release(): void {
    for (const chunk of this.#held.splice(0)) {
      this.toClient(chunk, 0, undefined)
    }
  }

  toServer(chunk: Buffer, delayMs: number): void {
    if (this.losesRequests) {
      return
    }
    const due = Date.now() + delayMs
    this.#requests = this.#requests.then(() => until(due)).then(() => write(this.#server, chunk))
  }

  toClient(chunk: Buffer, delayMs: number, trickle: Faults["trickle"]): void {
    if (this.losesResponses) {
      return
    }
    const due = Date.now() + delayMs
    this.#responses = this.#responses.then(() => until(due)).then(() => this.#respond(chunk, trickle))
  }

  refuse(by: "close" | "error"): void {
    if (by === "error") write(this.client, Buffer.from("ERROR\r\n"))
    else this.end("FIN")
  }

  endAfterResponses(ending: Ending): void {
    this.#responses = this.#responses.then(() => this.end(ending))
  }

  end(ending: Ending): void {
    if (ending === "RST") {
      this.client.resetAndDestroy()
    } else {
      this.client.end()
    }
    this.#server.destroy()
  }

  async #respond(chunk: Buffer, trickle: Faults["trickle"]): Promise<void> {
    if (trickle === undefined) {
      write(this.client, chunk)
      return
    }
    for (let offset = 0; offset < chunk.length; offset += trickle.bytes) {
      write(this.client, chunk.subarray(offset, offset + trickle.bytes))
      await until(Date.now() + trickle.everyMs)
    }
  }
}

function write(socket: Socket, chunk: Buffer): void {
  if (!socket.destroyed && socket.writable && chunk.length > 0) {
    socket.write(chunk)
  }
}

async function until(due: number): Promise<void> {
  const delayMs = due - Date.now()
  if (delayMs > 0) {
    await new Promise((resolve) => setTimeout(resolve, delayMs))
  }
}
