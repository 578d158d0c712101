import { randomBytes } from "node:crypto"
import { Agent } from "node:http"
import type { MedusaContainer } from "@medusajs/framework/types"
import { ContainerRegistrationKeys, Modules } from "@medusajs/framework/utils"
import {
  clearInstances,
  closeWaitingroomClient,
  configLoaderOverride,
  createPostgresDatabaseTemplate,
  dropPostgresDatabaseTemplate,
  restorePostgresDatabaseFromTemplate,
  startApp,
} from "@medusajs/test-utils"
import axios, { type AxiosInstance } from "axios"
import { databaseUrl } from "../../tools/services/postgres"
import { eventually } from "../../testing/eventually"
import { createMigratedDatabase, testPostgres } from "../../testing/test-postgres"

/** Of the workflows that a test has left under way. */
const PATIENCE_MS = 60_000
const ENDED = ["not_started", "done", "reverted", "failed"]

export interface TestShop {
  /** Has the address of the shop once it has booted. */
  readonly api: AxiosInstance
  readonly getContainer: () => MedusaContainer
  readonly databaseUrl: string
}

interface ShopTests {
  readonly testSuite: (shop: TestShop) => void
  /** Each test finds what those before it have written: for suites that do not mind, since a restore takes a while. */
  readonly keepsDatabase?: boolean
}

/**
 * Boots this repository as a shop for the tests, which find its database as the suite's `beforeAll` has left it. Medusa's
 * own runner boots everything twice and looks for migrations, which in a copy of the template have been carried out.
 */
export function shopTestRunner({ testSuite, keepsDatabase = false }: ShopTests): void {
  const databaseName = `medusa_shop_${randomBytes(6).toString("hex")}`
  const templateName = `${databaseName}_template`
  const url = databaseUrl(testPostgres(), databaseName)
  // The shop ends a connection that was idle for five seconds, in which a test may be busy and not hear of it.
  const api = axios.create({ httpAgent: new Agent({ keepAlive: false }) })
  // An error of axios holds its socket, which Jest cannot report: its worker would end, and run the whole file again.
  api.interceptors.response.use(undefined, (error: Error & { response?: { data: unknown } }) =>
    Promise.reject(new Error(`${error.message}: ${JSON.stringify(error.response?.data)}`))
  )
  let app: Awaited<ReturnType<typeof startApp>>

  describe("", () => {
    beforeAll(async () => {
      await createMigratedDatabase(databaseName)
      await configLoaderOverride(process.cwd(), { clientUrl: url })
      app = await startApp()
      api.defaults.baseURL = `http://localhost:${app.port}`
      await untilWorkflowsEnd(app.container)
    })
    useSnapshot(databaseName, templateName, keepsDatabase)
    afterEach(() => untilWorkflowsEnd(app.container))
    afterAll(async () => {
      const connection = app.container.resolve(ContainerRegistrationKeys.PG_CONNECTION)
      await app.shutdown()
      await connection.destroy()
      await clearInstances()
      for (const name of [templateName, databaseName]) await dropPostgresDatabaseTemplate(name)
      await closeWaitingroomClient()
    })
    testSuite({ api, getContainer: () => app.container, databaseUrl: url })
  })
}

/** Before the first test the database is copied, and before each other one it is made from the copy again. */
function useSnapshot(databaseName: string, templateName: string, keepsDatabase: boolean): void {
  if (keepsDatabase) return
  let isTaken = false
  beforeEach(async () => {
    if (isTaken) await restorePostgresDatabaseFromTemplate({ databaseName, templateName })
    else await createPostgresDatabaseTemplate({ databaseName, templateName })
    isTaken = true
  })
}

/** What a test leaves under way must not reach into the next one. */
async function untilWorkflowsEnd(container: MedusaContainer): Promise<void> {
  const engine = container.resolve(Modules.WORKFLOW_ENGINE)
  await eventually(
    () => engine.listWorkflowExecutions({ state: { $nin: ENDED } }),
    (running) => running.length === 0,
    PATIENCE_MS
  )
}
