import { randomInt } from "node:crypto"
import { createServer } from "node:net"

/**
 * Below the range from which Linux (32768 and up) and macOS (49152 and up) take the ports of outgoing connections, and of
 * servers that listen on port 0. Such a port may be taken by any connection before the caller listens, or while its
 * server is restarted; and a client that tries to reach a server that is away may by chance be connected to itself.
 */
const FIRST_PORT = 20_000
const LAST_PORT = 32_000

/** Ports that were in use before the machine is taken to have none left. */
const ATTEMPTS = 100

/**
 * A TCP port that nothing listens on. Somebody else may take it before the caller does, so that a caller has to be
 * ready to ask again.
 *
 * In place of get-port, which Jest's CommonJS cannot load, and which asks for a port of the system's or tries one after another:
 * files that run at the same time would try the same.
 */
export async function findFreePort(host = "127.0.0.1"): Promise<number> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const port = randomInt(FIRST_PORT, LAST_PORT)
    if (await isFree(host, port)) {
      return port
    }
  }
  throw new Error(`No free port was found on ${host}`)
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.unref()
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") {
        resolve(false)
      } else {
        reject(error)
      }
    })
    server.listen(port, host, () => server.close(() => resolve(true)))
  })
}
