import { rmSync } from "node:fs"
import { setTimeout as delay } from "node:timers/promises"
import { type RunningChild, startChild } from "../tools/services/child-processes"
import { findFreePort } from "../tools/services/free-port"
import { LOOPBACK } from "../tools/services/local-server"
import { acceptsConnections } from "../tools/services/wait-for-port"
import { lastLines, MEDUSA } from "./command"
import { PREFERRED_PORT, STORE_DIRECTORY, STORE_LOG } from "./settings"

const START_TIMEOUT_MS = 180_000
const POLL_MS = 200

/** PORT, or the usual port of Medusa unless something else has it, or else a free one. */
export async function chooseStorePort(): Promise<number> {
  const given = process.env.PORT
  if (given !== undefined && given !== "") {
    return Number(given)
  }
  return (await acceptsConnections(LOOPBACK, PREFERRED_PORT)) ? findFreePort(LOOPBACK) : PREFERRED_PORT
}

/** Starts the store as in production and waits until it answers. */
export async function startStore(port: number, env: NodeJS.ProcessEnv): Promise<RunningChild> {
  rmSync(STORE_LOG, { force: true })
  const child = await startChild({
    command: process.execPath,
    args: [MEDUSA, "start", "--host", LOOPBACK, "--port", String(port)],
    cwd: STORE_DIRECTORY,
    // Without the line for each request that Medusa logs otherwise.
    env: { LOG_LEVEL: "info", ...env, NODE_ENV: "production" },
    output: { file: STORE_LOG },
  })
  const deadline = Date.now() + START_TIMEOUT_MS
  while (!(await isHealthy(port))) {
    if (child.hasEnded() || Date.now() > deadline) {
      throw new Error(`The store did not start:\n${lastLines(STORE_LOG)}`)
    }
    await delay(POLL_MS)
  }
  return child
}

async function isHealthy(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://${LOOPBACK}:${port}/health`)).ok
  } catch {
    return false
  }
}
