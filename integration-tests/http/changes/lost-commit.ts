import type { Knex } from "@medusajs/framework/mikro-orm/knex"

type Query = (this: unknown, config: string | { readonly text?: string }, ...more: unknown[]) => unknown

interface Driver {
  query: Query
}

/**
 * Lets Postgres commit the next transaction, and its answer get lost. Returns what ends this, whether or not there was
 * a commit.
 */
export async function loseNextCommit(knex: Knex): Promise<() => void> {
  const client = knex.client as { acquireConnection(): Promise<object>; releaseConnection(held: object): Promise<void> }
  const connection = await client.acquireConnection()
  const driver = Object.getPrototypeOf(connection) as Driver
  await client.releaseConnection(connection)
  const { query } = driver
  const restore = (): void => {
    driver.query = query
  }
  driver.query = function (config, ...more) {
    const text = typeof config === "string" ? config : (config.text ?? "")
    if (!/^\s*commit/i.test(text)) return query.call(this, config, ...more)
    restore()
    const lost = new Error("Connection terminated unexpectedly")
    const callback = more.at(-1)
    if (typeof callback === "function") {
      return query.call(this, config, ...more.slice(0, -1), () => (callback as (error: Error) => void)(lost))
    }
    return Promise.resolve(query.call(this, config, ...more)).then(() => Promise.reject(lost))
  }
  return restore
}
