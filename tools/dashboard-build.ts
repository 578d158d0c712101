import { Compiler } from "@medusajs/framework/build-tools"
import { logger } from "@medusajs/framework/logger"

/**
 * Run as a program in the directory of an application: bundles its dashboard to where `medusa start` looks for it.
 * `medusa build` would also compile the application, which runs from its TypeScript files.
 */
async function buildDashboard(directory: string): Promise<void> {
  const isBuilt = await new Compiler(directory, logger).buildAppFrontend(
    false,
    { options: { outDir: directory }, fileNames: [], errors: [] },
    await import("@medusajs/admin-bundler")
  )
  process.exit(isBuilt ? 0 : 1)
}

void buildDashboard(process.cwd())
