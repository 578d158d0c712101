import { once } from "node:events"
import { createServer, type Server, type Socket } from "node:net"

/** What goes back for a line, with its line ends; undefined: nothing. */
export type FakeTextAnswer = (line: string, socket: Socket) => string | undefined

/** Answers "version", "mn" and the question for the settings as memcached does. */
export function handshakeAnswer(line: string, version = "1.6.38"): string | undefined {
  if (line === "version") return `VERSION ${version}\r\n`
  if (line === "mn") return "MN\r\n"
  return line === "stats settings" ? "END\r\n" : undefined
}

/** The `FakeServer` of the meta protocol. Takes commands without values. */
export class FakeTextServer {
  readonly received: string[] = []
  readonly #sockets: Socket[] = []
  readonly #server: Server
  readonly #answer: FakeTextAnswer

  private constructor(answer: FakeTextAnswer) {
    this.#answer = answer
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket))
  }

  static async start(answer: FakeTextAnswer): Promise<FakeTextServer> {
    const server = new FakeTextServer(answer)
    server.#server.listen(0, "127.0.0.1")
    await once(server.#server, "listening")
    return server
  }

  get port(): number {
    const address = this.#server.address()
    return typeof address === "object" && address !== null ? address.port : 0
  }

  stop(): void {
    this.#server.close()
    this.#sockets.forEach((socket) => socket.destroy())
  }

  #accept(socket: Socket): void {
    this.#sockets.push(socket)
    let received = ""
    socket.on("error", () => undefined)
    socket.on("data", (chunk: Buffer) => {
      const lines = (received + chunk.toString("latin1")).split("\n")
      received = lines.pop() ?? ""
      for (const line of lines.map((text) => text.trimEnd())) {
        this.received.push(line)
        const answer = this.#answer(line, socket) ?? handshakeAnswer(line)
        if (answer !== undefined && !socket.destroyed) socket.write(answer, "latin1")
      }
    })
  }
}

/** The number of a command, which its answer repeats: `O7`. */
export const opaqueOf = (line: string): string => /O\d+/.exec(line)?.[0] ?? ""
