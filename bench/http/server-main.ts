import { once } from "node:events"
import type { AddressInfo } from "node:net"
import loadMedusa from "@medusajs/medusa/loaders/index"
import express from "express"
import { fillShop } from "./shop"

/**
 * Run as a program: this repository as a shop, as its environment configures it. Tells its parent where it listens and
 * what CPU it has used, and fills the shop when it is asked to.
 */
async function main(): Promise<void> {
  const app = express()
  const { container } = await loadMedusa({ directory: process.cwd(), expressApp: app })
  // Where `medusa start` has it: behind everything that Medusa does for any request.
  app.get("/health", (_request, response) => void response.send("OK"))
  // A route of the storefront that does nothing: the visitor, their key and their session are known by then.
  app.get("/store/nothing", (_request, response) => void response.send("OK"))
  const server = app.listen(0, "127.0.0.1")
  await once(server, "listening")
  process.on("message", (order: string) => {
    if (order === "cpu") process.send?.({ cpu: process.cpuUsage() })
    if (order === "fill") void fillShop(container).then((shop) => process.send?.({ shop }))
  })
  process.on("disconnect", () => process.exit(0))
  process.send?.({ port: (server.address() as AddressInfo).port })
}

void main()
