import { once } from "node:events"
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net"

/** One address with several servers behind it, as a Kubernetes service has: each connection goes to the next one. */
export class Balancer {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #ports: readonly number[]
  #next = 0

  private constructor(ports: readonly number[]) {
    this.#ports = ports
    this.#server = createServer((client) => this.#join(client))
  }

  static async start(...ports: number[]): Promise<Balancer> {
    const balancer = new Balancer(ports)
    balancer.#server.listen(0, "127.0.0.1")
    await once(balancer.#server, "listening")
    return balancer
  }

  /** `host:port` */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** From now on there are only these behind it; connections to others end. */
  scaleTo(...ports: number[]): void {
    this.#ports = ports
    for (const socket of this.#sockets) socket.destroy()
  }

  async stop(): Promise<void> {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await once(this.#server, "close")
  }

  #join(client: Socket): void {
    const server = connect(this.#ports[this.#next++ % this.#ports.length] ?? 0, "127.0.0.1")
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket)
      socket.pipe(other)
      socket.on("error", () => other.destroy())
      socket.on("close", () => {
        other.destroy()
        this.#sockets.delete(socket)
      })
    }
  }
}
