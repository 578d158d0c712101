import type { Socket } from "node:net"
import { FakeListener } from "./fake-listener"

/** What goes back for a line, with its line ends; undefined: nothing. */
export type FakeTextAnswer = (line: string, socket: Socket) => string | undefined

/** Answers "version", "mn" and the question for the settings as memcached does. */
export function handshakeAnswer(line: string, version = "1.6.38"): string | undefined {
  if (line === "version") return `VERSION ${version}\r\n`
  if (line === "mn") return "MN\r\n"
  return line === "stats settings" ? "END\r\n" : undefined
}

/** The `FakeServer` of the meta protocol. Takes commands without values. */
export class FakeTextServer extends FakeListener {
  readonly received: string[] = []
  readonly #answer: FakeTextAnswer

  private constructor(answer: FakeTextAnswer) {
    super()
    this.#answer = answer
  }

  static start(answer: FakeTextAnswer): Promise<FakeTextServer> {
    return new FakeTextServer(answer).listen()
  }

  protected override serve(socket: Socket): void {
    let received = ""
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
