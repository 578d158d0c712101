import { startChild, type ChildOptions, type RunningChild } from "./child-processes"
import { findFreePort } from "./free-port"
import { waitForPort } from "./wait-for-port"

export const LOOPBACK = "127.0.0.1"

const START_TIMEOUT_MS = 60_000
const ATTEMPTS = 3

export interface LocalServer {
  port: number
  child: RunningChild
}

/**
 * Starts a server on a free port of the loopback interface and waits until it accepts connections. It tries again with
 * another port when it ends at once, since the port may have been taken in between.
 */
export async function startLocalServer(
  name: string,
  describe: (port: number) => ChildOptions,
  fixedPort?: number
): Promise<LocalServer> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const port = fixedPort ?? (await findFreePort(LOOPBACK))
    const child = await startChild(describe(port))
    if (await waitForPort(LOOPBACK, port, START_TIMEOUT_MS, () => child.hasEnded())) {
      return { port, child }
    }
    await child.stop()
  }
  throw new Error(`${name} did not start within ${ATTEMPTS} attempts`)
}
