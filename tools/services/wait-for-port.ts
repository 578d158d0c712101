import { connect } from "node:net"
import { setTimeout as delay } from "node:timers/promises"

const POLL_MS = 20

export function acceptsConnections(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const settle = (accepted: boolean): void => {
      socket.destroy()
      resolve(accepted)
    }
    socket.once("connect", () => settle(true))
    socket.once("error", () => settle(false))
  })
}

/** Resolves to false when nothing accepts within the time, or as soon as `hasEnded` says that waiting is pointless. */
export async function waitForPort(
  host: string,
  port: number,
  timeoutMs: number,
  hasEnded: () => boolean = () => false
): Promise<boolean> {
  const deadline = Date.now() + timeoutMs
  while (Date.now() < deadline && !hasEnded()) {
    if (await acceptsConnections(host, port)) {
      return true
    }
    await delay(POLL_MS)
  }
  return false
}
