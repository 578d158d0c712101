import { subscribe } from "node:diagnostics_channel"
import type { Socket } from "node:net"

/** What this process has exchanged with servers. */
export interface Traffic {
  /** Sent and received, without the headers of TCP. */
  readonly bytes: number
  /**
   * How often something was sent after something had been received: with one operation at a time, how often it waits for
   * the network.
   */
  readonly roundTrips: number
}

/** Counts what all connections carry that this process opens from now on: also what idle contenders poll. */
export class Wire {
  readonly #sockets = new Set<Socket>()
  #roundTrips = 0

  constructor() {
    subscribe("net.client.socket", (message) => this.#watch((message as { socket: Socket }).socket))
  }

  /** Returns the sums up to now. */
  get traffic(): Traffic {
    let bytes = 0
    for (const { bytesRead, bytesWritten } of this.#sockets) bytes += bytesRead + bytesWritten
    return { bytes, roundTrips: this.#roundTrips }
  }

  #watch(socket: Socket): void {
    this.#sockets.add(socket)
    // `connect` sets `write` anew.
    socket.once("connect", () => this.#countWrites(socket))
  }

  #countWrites(socket: Socket): void {
    const write = socket.write.bind(socket) as (...args: readonly unknown[]) => boolean
    let readBefore = -1
    socket.write = (...args: readonly unknown[]): boolean => {
      if (socket.bytesRead !== readBefore) this.#roundTrips += 1
      readBefore = socket.bytesRead
      return write(...args)
    }
  }
}
