import { randomBytes } from "node:crypto"
import { medusaIntegrationTestRunner } from "@medusajs/test-utils"
import { Client } from "pg"

type RunnerOptions = Parameters<typeof medusaIntegrationTestRunner>[0]

/** Medusa's test runner, on a copy of the template database: the migrations that it looks for have been carried out. */
export function shopTestRunner(options: Pick<RunnerOptions, "testSuite">): void {
  // Not one of the runner's names, which are the same in each run: a server that was given may serve several.
  const dbName = `medusa_shop_${randomBytes(6).toString("hex")}`
  medusaIntegrationTestRunner({
    ...options,
    inApp: true,
    dbName,
    hooks: { beforeServerStart: () => copyTemplate(dbName) },
  })
}

async function copyTemplate(name: string): Promise<void> {
  const { DB_HOST, DB_PORT, DB_USERNAME, DB_PASSWORD, TEMPLATE_DATABASE = "" } = process.env
  const client = new Client({
    host: DB_HOST,
    port: Number(DB_PORT),
    user: DB_USERNAME,
    password: DB_PASSWORD,
    database: "postgres",
  })
  await client.connect()
  try {
    await client.query(
      `create database ${client.escapeIdentifier(name)} template ${client.escapeIdentifier(TEMPLATE_DATABASE)}`
    )
  } finally {
    await client.end()
  }
}
