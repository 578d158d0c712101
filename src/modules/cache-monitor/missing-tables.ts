import { MedusaError } from "@medusajs/framework/utils"

/** PostgreSQL's code for a table that does not exist. */
const UNDEFINED_TABLE = "42P01"

export const isMissingTable = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === UNDEFINED_TABLE

/** Thrown when the shop has not run the plugin's migration. */
export class MissingTables extends MedusaError {
  constructor() {
    super(
      MedusaError.Types.NOT_ALLOWED,
      "The database has no tables for invalidations in the background yet: run `npx medusa db:migrate`."
    )
  }
}
