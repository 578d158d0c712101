import { Compiler } from "@medusajs/framework/build-tools"
import { logger } from "@medusajs/framework/logger"
import { STORE_DIRECTORY } from "./settings"

/**
 * Bundles the dashboard to where `medusa start` looks for it. `medusa build` would also compile the store, which runs
 * from its TypeScript files.
 */
async function buildDashboard(): Promise<void> {
  const isBuilt = await new Compiler(STORE_DIRECTORY, logger).buildAppFrontend(
    false,
    { options: { outDir: STORE_DIRECTORY }, fileNames: [], errors: [] },
    await import("@medusajs/admin-bundler")
  )
  process.exit(isBuilt ? 0 : 1)
}

void buildDashboard()
