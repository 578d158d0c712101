import { randomBytes } from "node:crypto"
import { medusaIntegrationTestRunner } from "@medusajs/test-utils"
import { createMigratedDatabase } from "../../testing/test-postgres"

type RunnerOptions = Parameters<typeof medusaIntegrationTestRunner>[0]

/** Medusa's test runner, on a database of its own in which the migrations that it looks for have been carried out. */
export function shopTestRunner(options: Pick<RunnerOptions, "testSuite">): void {
  // Not one of the runner's names, which are the same in each run: a server that was given may serve several.
  const dbName = `medusa_shop_${randomBytes(6).toString("hex")}`
  medusaIntegrationTestRunner({
    ...options,
    inApp: true,
    dbName,
    hooks: { beforeServerStart: () => createMigratedDatabase(dbName) },
  })
}
