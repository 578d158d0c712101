import type { RunningChild } from "./child-processes"
import { tmpdir } from "node:os"
import { LOOPBACK, startLocalServer } from "./local-server"
import { findProgram, type SystemProgram } from "./system-packages"

export const REDIS: SystemProgram = {
  commands: ["redis-server"],
  variable: "REDIS_BIN",
  alternative: "REDIS_URL=redis://host:port to use a server that is running",
  packages: { "apt-get": "redis-server", apk: "redis", dnf: "redis", brew: "redis" },
}

export interface RedisService {
  url: string
  /** Absent when the URL was given by the environment. */
  child?: RunningChild
}

/** The server of REDIS_URL, or else a redis-server of our own. Tests compare with the official provider. */
export async function startRedis(): Promise<RedisService> {
  const given = process.env.REDIS_URL
  if (given !== undefined && given.trim() !== "") {
    return { url: given }
  }
  const command = findProgram(REDIS)
  const { port, child } = await startLocalServer("redis-server", (freePort) => ({
    command,
    args: ["--port", String(freePort), "--bind", LOOPBACK, "--save", "", "--appendonly", "no", "--dir", tmpdir()],
  }))
  return { url: `redis://${LOOPBACK}:${port}`, child }
}
