import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { Mismatch, type Report } from "./report"
import type { RunningShop, Shop } from "./shop"
import { ShopClient } from "./shop-client"

/** The command, where the package manager has put it, beside the running shop. */
export async function checkCommandLine(report: Report, shop: Shop, running: RunningShop): Promise<void> {
  const client = await report.step("logs in for a secret API key", () => ShopClient.logIn(running.url))
  const key = await report.step("gets a secret API key", () => client.createSecretKey())
  const run = async (...args: string[]): Promise<string> => {
    const env = { ...process.env, MEDUSA_BACKEND_URL: running.url, MEDUSA_API_KEY: key }
    const program = join(shop.directory, "node_modules", ".bin", "medusa-memcached")
    return (await promisify(execFile)(program, args, { cwd: shop.directory, env })).stdout
  }
  const expectOutput = async (text: string, ...args: string[]): Promise<void> => {
    const output = await run(...args)
    if (!output.includes(text)) throw new Mismatch(text, output)
  }
  await report.check("medusa-memcached stats shows the figures", () => expectOutput("Hit rate", "stats"))
  await report.check("medusa-memcached explain explains", () => expectOutput("miss: not stored", "explain", "nothing"))
  await report.check("medusa-memcached clear clears", () =>
    expectOutput("Cleared every entry", "clear", "--everything", "--yes")
  )
}
