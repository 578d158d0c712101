import { once } from "node:events"
import type { AddressInfo } from "node:net"
import loadMedusa from "@medusajs/medusa/loaders/index"
import express from "express"
import type { ProcessAnswer, ProcessOrder } from "./medusa-process"
import { processOperations } from "./process-operations"

/**
 * Medusa as it is deployed, in a process of its own: a server, or a worker without HTTP. Carries out what its parent sends,
 * and stops at SIGTERM.
 */
async function main(): Promise<void> {
  const app = express()
  app.get("/health", (_request, response) => void response.send("OK"))
  const { container, shutdown } = await loadMedusa({ directory: process.cwd(), expressApp: app })
  const port = process.env.LISTEN === "true" ? await listen(app) : undefined
  const operations: Record<string, (...input: never[]) => unknown> = processOperations(container)
  process.on("message", ({ id, op, input }: ProcessOrder) => {
    Promise.resolve()
      .then(() => operations[op]?.(...(input as never[])))
      .then(
        (value) => answer({ id, value }),
        (error: unknown) => answer({ id, error: error instanceof Error ? error.message : String(error) })
      )
  })
  process.on("SIGTERM", () => void shutdown().then(() => process.exit(0)))
  process.on("disconnect", () => process.exit(0))
  answer({ id: 0, value: port })
}

/** On a port that the system picks, so that nobody else can have it. */
async function listen(app: express.Express): Promise<number> {
  const server = app.listen(0, "127.0.0.1")
  await once(server, "listening")
  return (server.address() as AddressInfo).port
}

const answer = (message: ProcessAnswer): void => void process.send?.(message)

void main()
