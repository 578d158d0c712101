import { Compiler } from "@medusajs/framework/build-tools"
import { logger } from "@medusajs/framework/logger"
import { resolve } from "node:path"

const ROOT = resolve(__dirname, "..", "..")

/** Run as a program: bundles the dashboard with the pages of this repository to where `medusa start` looks for it. */
async function buildDashboard(): Promise<void> {
  const isBuilt = await new Compiler(ROOT, logger).buildAppFrontend(
    false,
    { options: { outDir: ROOT }, fileNames: [], errors: [] },
    await import("@medusajs/admin-bundler")
  )
  process.exit(isBuilt ? 0 : 1)
}

void buildDashboard()
