import type { RunningChild } from "./child-processes"
import { LOOPBACK, startLocalServer } from "./local-server"
import { findProgram, type SystemProgram } from "./system-packages"

export const MEMCACHED: SystemProgram = {
  commands: ["memcached"],
  variable: "MEMCACHED_BIN",
  alternative: "MEMCACHED_SERVERS=host:port to use a server that is running",
  packages: { "apt-get": "memcached", apk: "memcached", dnf: "memcached", brew: "memcached" },
}

const MEMORY_MEGABYTES = 256

export interface MemcachedService {
  /** host:port, comma separated, as in MEMCACHED_SERVERS. */
  servers: string
  /** Absent when the servers were given by the environment. */
  child?: RunningChild
}

/** The memcached program, from MEMCACHED_BIN or from PATH. */
export function findMemcached(): string {
  return findProgram(MEMCACHED)
}

/** The servers of MEMCACHED_SERVERS, or else a memcached of our own. */
export async function startMemcached(options: { port?: number } = {}): Promise<MemcachedService> {
  const given = process.env.MEMCACHED_SERVERS
  if (given !== undefined && given.trim() !== "") {
    return { servers: given }
  }
  const command = findMemcached()
  const { port, child } = await startLocalServer(
    "memcached",
    (freePort) => ({ command, args: memcachedArguments(freePort) }),
    options.port
  )
  return { servers: `${LOOPBACK}:${port}`, child }
}

function memcachedArguments(port: number): string[] {
  const args = ["-l", LOOPBACK, "-p", String(port), "-U", "0", "-m", String(MEMORY_MEGABYTES)]
  // memcached refuses to run as root unless it is told which user to become.
  return process.getuid?.() === 0 ? [...args, "-u", "nobody"] : args
}
