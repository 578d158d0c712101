import { once } from "node:events"
import { createServer, type Server, type Socket } from "node:net"

/** Something that listens on a free loopback port until it is stopped. What it answers is up to its kind. */
export abstract class FakeListener {
  readonly sockets: Socket[] = []
  readonly #server: Server = createServer({ noDelay: true }, (socket) => {
    this.sockets.push(socket)
    socket.on("error", () => undefined)
    this.serve(socket)
  })

  get port(): number {
    const address = this.#server.address()
    return typeof address === "object" && address !== null ? address.port : 0
  }

  stop(): void {
    this.#server.close()
    this.sockets.forEach((socket) => socket.destroy())
  }

  protected abstract serve(socket: Socket): void

  protected async listen(): Promise<this> {
    this.#server.listen(0, "127.0.0.1")
    await once(this.#server, "listening")
    return this
  }
}
